"""The OpenAPI document: everything in it comes from @endpoint and docstrings."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache, partial
from typing import Any

from django.conf import settings
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import get_doc, get_lib_doc_excludes
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework.fields import FileField

from bookyflow.api.contract import JSON, SAFE, Endpoint
from bookyflow.api.schema import documented  # noqa: F401  # registers our fields
from bookyflow.api.schema.parameters import parameters_of
from bookyflow.api.schema.refusals import answers, error_keys
from bookyflow.api.wire.inputs import In
from bookyflow.core.languages import DEFAULT, texts_in

ShownRoute = tuple[str, str, str, Any]  # drf-spectacular's: path, regex of it, method, callback


def undescribed() -> list[type]:
    """The classes whose docstrings, inherited, describe nothing: the frameworks', and the kit's."""
    return [*get_lib_doc_excludes(), In]  # type: ignore[no-untyped-call]  # no hints there


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

    def get_schema(self, *args: Any, **kwargs: Any) -> Any:
        """The document. Warnings name the file of what they are about, and not the line.

        To know the lines the command reads the source of each class, though there be no warning,
        which takes nine tenths of its time.
        """
        GENERATOR_STATS._trace_lineno = False  # noqa: SLF001  # there is no public way
        return super().get_schema(*args, **kwargs)  # type: ignore[no-untyped-call]


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


@lru_cache(maxsize=64)
def document(features: frozenset[str]) -> dict[str, Any]:
    """The document of these features. Kept, since it only depends on code."""
    generator: Any = BundledGenerator(features=features)
    with texts_in(DEFAULT):  # whoever asks for it first
        schema: dict[str, Any] = generator.get_schema(request=None, public=True)
    return schema


def _file_of(contract: Endpoint) -> OpenApiTypes:
    """What the document says of an answer that is a file: a text, or bytes."""
    is_text = contract.media.startswith("text/")
    return OpenApiTypes.STR if is_text else OpenApiTypes.BINARY


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
        """The whole docstring, since many show this alone, and how large the body may be."""
        text = get_doc(getattr(self.view, self.view.action))
        if self.get_request_serializer() is None:
            return text
        return f"{text}\n\nThe body may have at most {self.contract.body_limit:,} bytes."

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
        return parameters_of(self.contract, unsafe=self.unsafe)

    def map_parsers(self) -> list[Any]:
        """JSON; forms are understood as well, but no client is made of two forms of a body."""
        return ["multipart/form-data" if self._has_files else "application/json"]

    @property
    def _has_files(self) -> bool:
        body = self.contract.body
        return body is not None and any(
            isinstance(field, FileField) for field in body().fields.values()
        )

    def get_response_serializers(self) -> Any:
        """The success, and one problem per status with the keys it can have."""
        contract = self.contract
        is_file = contract.media != JSON
        success = OpenApiResponse(_file_of(contract) if is_file else contract.envelope, "Done.")
        found: dict[Any, Any] = {(str(contract.status), contract.media): success}
        if not self.unsafe:
            found["304"] = OpenApiResponse(description="Nothing changed since `If-None-Match`.")
        return found | answers(error_keys(self.contract, unsafe=self.unsafe))

    def get_examples(self) -> list[OpenApiExample]:
        """What the example's file gives."""
        contract = self.contract
        found = []
        if contract.example.file.is_file():
            answer = contract.example.answer
            whole = {"data": {contract.key: answer}, "meta": {"code": contract.status}}
            found.append(
                OpenApiExample(
                    "Answer",
                    whole if contract.media == JSON else answer,
                    response_only=True,
                    status_codes=[str(contract.status)],
                    media_type=contract.media,
                )
            )
        if contract.example.request is not None:
            (media,) = self.map_parsers()
            found.append(
                OpenApiExample(
                    "Request", contract.example.request, request_only=True, media_type=media
                )
            )
        return found
