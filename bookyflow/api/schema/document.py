"""The OpenAPI document: everything in it comes from @endpoint and docstrings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache, partial
from typing import Any

from django.conf import settings
from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import get_doc
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from bookyflow.api.auth.access import LONGEST_ID
from bookyflow.api.calls import dry_run
from bookyflow.api.contract import SAFE, Endpoint
from bookyflow.api.errors import CATALOGUE, PROBLEM_TYPE
from bookyflow.api.wire.envelope import ProblemSerializer
from bookyflow.api.wire.paging import PageQuery
from bookyflow.core.errors import ERRORS

FRAME = ("malformed_request", "validation_failed", "not_found", "feature_disabled", "rate_limited")
WITH_TOKEN = ("not_authenticated", "invalid_token", "scope_missing", "forbidden")
OPTIONAL_TOKEN = ("invalid_token", "forbidden")
UNSAFE = ("payload_too_large", "unsupported_media_type")
REPEATABLE = ("idempotency_in_progress", "idempotency_key_reused")
CHANNEL = ("channel_header_missing", "channel_unknown")
PROXY = ("proxy_not_allowed", "proxy_user_unknown")

_CONVERTED = re.compile(r"<(?:[^<>:]+:)?([^<>]+)>")

ShownRoute = tuple[str, str, str, Any]  # drf-spectacular's: path, regex of it, method, callback


def shown_routes(endpoints: Iterable[ShownRoute]) -> list[ShownRoute]:
    """Leave out what is no endpoint of a feature, and other forms of documented paths."""
    return [
        (path.rstrip("/"), regex.rstrip("/"), method, callback)
        for path, regex, method, callback in endpoints
        if path.startswith(settings.API_BASE + "/")
        and hasattr(callback.cls, "hidden")
        and not callback.initkwargs.get("hidden")
    ]


class BundledGenerator(SchemaGenerator):
    """The document of what BookyFlow brings, all of it switched on: the one that is committed."""

    features = frozenset(feature.name for feature in settings.FEATURES if feature.bundled)

    def __init__(self, *args: Any, features: Iterable[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]  # no hints there
        if features is not None:
            self.features = frozenset(features)
        enumerator: Any = partial(FeatureEnumerator, self.features)
        self.endpoint_inspector_cls = enumerator


class FeatureEnumerator(EndpointEnumerator):
    """Routes of some features only."""

    def __init__(self, features: frozenset[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.features = features

    def get_api_endpoints(self, *args: Any, **kwargs: Any) -> Any:
        """The routes in the order of the document."""
        routes = super().get_api_endpoints(*args, **kwargs)  # type: ignore[no-untyped-call]
        return [route for route in routes if feature_in(route[0]) in self.features]


def feature_in(path: str) -> str:
    """The feature that a path of the API belongs to."""
    return path.removeprefix(settings.API_BASE + "/").partition("/")[0]


def without_converters(route: str) -> str:
    """A route as the document writes it: <uid:property_uid> is {property_uid}."""
    return _CONVERTED.sub(r"{\1}", route).rstrip("/")


@lru_cache(maxsize=32)
def document(features: frozenset[str]) -> dict[str, Any]:
    """The document of these features. Kept, since it only depends on code."""
    generator: Any = BundledGenerator(features=features)
    schema: dict[str, Any] = generator.get_schema(request=None, public=True)
    return schema


class FeatureSchema(AutoSchema):
    """One operation, from the action's @endpoint and docstring."""

    view: Any

    @property
    def contract(self) -> Endpoint:
        """What the action declares."""
        contract: Endpoint = self.view.endpoint
        return contract

    @property
    def unsafe(self) -> bool:
        """Whether the method changes something."""
        return self.method not in SAFE

    @property
    def is_repeatable(self) -> bool:
        """Whether an Idempotency-Key makes the call safe to repeat."""
        return self.unsafe and self.contract.has_effect

    def get_tags(self) -> list[str]:
        """The feature."""
        return [feature_in(self.path)]

    def get_operation_id(self) -> str:
        """<feature>.<action>, the id in the catalogue."""
        return self.contract.name

    def get_summary(self) -> str:
        """The docstring's first line."""
        return get_doc(getattr(self.view, self.view.action)).partition("\n")[0]

    def get_description(self) -> str:  # type: ignore[override]  # the stub allows None only
        """The rest of the docstring, and how large the body may be."""
        text = get_doc(getattr(self.view, self.view.action)).partition("\n")[2].strip()
        if self.get_request_serializer() is None:
            return text
        limit = f"The body may have at most {self.contract.body_limit:,} bytes."
        return f"{text}\n\n{limit}".strip()

    def is_deprecated(self) -> bool:
        """Whether a better form of the path exists."""
        return self.contract.deprecated

    def get_auth(self) -> list[dict[str, Any]]:
        """The scope; nothing for everybody."""
        if not self.contract.is_public:
            return [{"oauth2": [self.contract.scope]}]
        return [{}, {"oauth2": []}] if self.contract.heeds_token else [{}]

    def get_filter_backends(self) -> list[Any]:
        """None: queries are serializers."""
        return []

    def get_request_serializer(self) -> Any:
        """The body."""
        return self.contract.body if self.unsafe else None

    def get_override_parameters(self) -> list[Any]:
        """The query and the headers that matter."""
        contract = self.contract
        found: list[Any] = [contract.query] if contract.query else []
        if contract.paged:
            found += [PageQuery, *_PAGE]
        if contract.deprecated:
            found += _DEPRECATED
        if contract.channel:
            found.append(_header("X-BOOKYFLOW-channel-name", "An announced channel.", needed=True))
        if contract.channel or contract.proxy:
            found.append(
                _header(
                    "X-BOOKYFLOW-proxy-id",
                    "Act for the user with this id; needs the scope cmf_admin of a super manager.",
                    schema={"type": "integer", "minimum": 1, "maximum": 10**LONGEST_ID - 1},
                )
            )
        found += _BOOKING_TOKEN if contract.booking_token else []
        found += self._of_a_write() if self.unsafe else _OF_A_READ
        if contract.versioned:
            text = f'`"v<version>"` of the {contract.versioned}: act only while it has it.'
            found.append(_header("If-Match", text, schema=_VERSION))
        return found

    def _of_a_write(self) -> list[Any]:
        found = [_DRY_RUN]
        if self.is_repeatable:
            found.append(_header("Idempotency-Key", "Makes the call safe to repeat for 24 hours."))
        text, status = "`true`: nothing has changed.", self.contract.status
        return [*found, _told(dry_run.TOLD, text, status=status)]

    def get_response_serializers(self) -> Any:
        """The success, and one problem per status with the keys it can have."""
        by_status: dict[int, list[str]] = defaultdict(list)
        for key in error_keys(self.contract, unsafe=self.unsafe):
            by_status[ERRORS[key].status].append(key)
        problems = {
            (str(status), PROBLEM_TYPE): OpenApiResponse(
                ProblemSerializer, description="\n".join(map(_explained, keys))
            )
            for status, keys in sorted(by_status.items())
        }
        success = OpenApiResponse(self.contract.envelope, description="Done.")
        found: dict[Any, Any] = {str(self.contract.status): success}
        if not self.unsafe:
            found["304"] = OpenApiResponse(description="Nothing changed since `If-None-Match`.")
        return found | problems

    def get_examples(self) -> list[OpenApiExample]:
        """What the example's file gives."""
        contract = self.contract
        found = []
        if contract.example.file.is_file():
            answer = contract.example.answer
            value = {"data": {contract.key: answer}, "meta": {"code": contract.status}}
            found.append(
                OpenApiExample(
                    "Answer", value, response_only=True, status_codes=[str(contract.status)]
                )
            )
        if contract.example.request is not None:
            found.append(OpenApiExample("Request", contract.example.request, request_only=True))
        return found


def error_keys(contract: Endpoint, *, unsafe: bool) -> list[str]:
    """The keys of all refusals of an operation, those of the frame first."""
    keys = [
        *FRAME,
        *(() if contract.is_public else WITH_TOKEN),
        *(OPTIONAL_TOKEN if contract.heeds_token else ()),
        *(UNSAFE if unsafe else ()),
        *(REPEATABLE if unsafe and contract.has_effect else ()),
        *(CHANNEL if contract.channel else ()),
        *(PROXY if contract.channel or contract.proxy else ()),
        *(("property_not_found",) if contract.prop else ()),
        *(("precondition_failed",) if contract.versioned else ()),
        *contract.raises,
    ]
    return list(dict.fromkeys(keys))


def _header(
    name: str, text: str, *, needed: bool = False, schema: Any = OpenApiTypes.STR
) -> OpenApiParameter:
    return OpenApiParameter(
        name, schema, OpenApiParameter.HEADER, required=needed, description=text
    )


def _told(
    name: str, text: str, *, schema: Any = OpenApiTypes.STR, status: int = 200
) -> OpenApiParameter:
    return OpenApiParameter(
        name, schema, OpenApiParameter.HEADER, response=[str(status)], description=text
    )


_OF_A_READ = [
    _header("If-None-Match", "The `ETag` of the answer that you have."),
    _told("ETag", "Changes with every byte of the body."),
]
_BOOKING_TOKEN = [
    _header("X-BOOKYFLOW-booking-token", "The token that came with the booking's reference.")
]
_DRY_RUN = _header(
    dry_run.HEADER,
    "1: do everything, answer as if it were for good, and undo it. No event, mail or payment comes "
    "of it; new ids in the answer belong to nothing.",
    schema={"type": "string", "pattern": "^[01]$"},
)
_VERSION = {"type": "string", "pattern": r'^(\*|"v[0-9]{1,9}")$'}
_PAGE = (
    _told("Link", 'Path and query of the next page, with `rel="next"`; missing on the last one.'),
    _told("X-Total-Count", "Items of the whole list.", schema=OpenApiTypes.INT64),
)

_DEPRECATED = (
    _told("Deprecation", "Since when there is a better form: `@` and a unix time."),
    _told("Link", 'The better form, with `rel="successor-version"`.'),
)


def _explained(key: str) -> str:
    return f"- [`{key}`]({CATALOGUE}#{key}): {ERRORS[key].title}."
