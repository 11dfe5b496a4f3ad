from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext
from rest_framework.exceptions import MethodNotAllowed, ValidationError
from rest_framework.fields import empty
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from bookyflow.api.auth.access import Access, Reached, enter_public, property_reached
from bookyflow.api.calls import caching, deprecation, dry_run, limits, waiting
from bookyflow.api.calls.steps import Steps
from bookyflow.api.calls.waiting import WaitQuery
from bookyflow.api.contract import JSON, SAFE, Endpoint
from bookyflow.api.errors import refusal_on_the_wire
from bookyflow.api.wire import bodies, languages
from bookyflow.api.wire.converters import refuse_impossible_dates
from bookyflow.api.wire.envelope import Answer
from bookyflow.api.wire.fields import Uid
from bookyflow.api.wire.inputs import In, checked
from bookyflow.api.wire.paging import Item, Items, PageQuery, page_of
from bookyflow.core.acting import VISITOR, Actor
from bookyflow.core.address import client_address
from bookyflow.core.errors import DomainError
from bookyflow.core.languages import family, readable
from bookyflow.properties.kept import property_kept, property_now
from bookyflow.properties.models import Property
from bookyflow.properties.selectors import Reach

BOOKING_TOKEN = "X-BOOKYFLOW-booking-token"  # noqa: S105  # the name of a header

T = TypeVar("T")

_UID = Uid()


class FeatureViewSet(GenericViewSet[Any]):
    """Base of every endpoint: token, scope, property, checked input, declared output.

    An action calls one service or selector and answers with `self.reply(value)`.
    """

    heeds_features = True  # refuses with a reason while its feature is off
    hidden = False  # routed, but left out of the document: another form of a documented path
    usage: limits.QuotaUsage | None = None  # of the caller, where calls are limited
    entered: Access | None = None  # whose token it is, also when something is refused
    reached: Reached | None = None  # the property that the request names, once it may
    steps: Steps  # the transactions of an action that commits item by item
    sent: Mapping[str, Any] = MappingProxyType({})  # the body, as far as it has been read
    _page_headers: Mapping[str, str] = MappingProxyType({})

    @cached_property
    def endpoint(self) -> Endpoint:
        """The contract of the action being served. Raises MethodNotAllowed where there is none."""
        if self.action in {None, "metadata"}:  # a method with no action; OPTIONS
            raise MethodNotAllowed(str(self.request.method))
        contract = getattr(getattr(self, self.action), "endpoint", None)
        if not isinstance(contract, Endpoint):
            raise ImproperlyConfigured(f"{type(self).__name__}.{self.action} lacks @endpoint")
        return contract

    @property
    def endpoint_if_any(self) -> Endpoint | None:
        """The contract, or None where the path has no action for the method."""
        return None if self.action in {None, "metadata"} else self.endpoint

    @property
    def allowed_methods(self) -> list[str]:
        """The methods of this path, for Allow."""
        return sorted(method.upper() for method in self.action_map)

    @property
    def default_response_headers(self) -> dict[str, str]:
        """None: there is one representation, and Allow goes with 405."""
        return {}

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        """DRF's request; the one it is made of knows the view from now on, for the log."""
        request.view = self
        made = super().initialize_request(request, *args, **kwargs)
        # DRF's own way to these is five times as long, and they are asked for all the time.
        made.META, made.method = request.META, request.method
        # There is one form of answers: nothing to negotiate.
        made.accepted_renderer, made.accepted_media_type = self.renderer_classes[0](), JSON
        return made

    def perform_authentication(self, request: Request) -> None:
        """Find out who calls. Raises what BearerAuthentication does."""
        request._authenticate()  # type: ignore[attr-defined]  # noqa: SLF001  # by `user` it takes two faults more

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse what must not happen: who, how often, may they, is it well-formed."""
        contract = self.endpoint
        if contract.is_public and not contract.heeds_token:
            caller: Any = request
            caller.user = caller.auth = None  # a token is not even looked at
        else:
            self.perform_authentication(request)
            self.entered = self.access
        if contract.is_public or request.auth is not None:
            self.check_throttles(request)  # the first thing, so that refusals count as well
        if not contract.is_public:
            self.check_permissions(request)
            self.reached = self.access.reached
        if contract.body is not None:
            bodies.admit(request._request, contract.body_limit)  # noqa: SLF001  # what Django reads
        if contract.is_public:
            self.reached = enter_public(self.feature, self._property_named(), self.entered)
        elif contract.prop == "body":
            self.reached = property_reached(
                self.access, self.property_uid, channel=contract.channel
            )
        refuse_impossible_dates(kwargs)

    def handle_exception(self, exc: Exception) -> Response:
        """The refusal, with fields by the names that the body has for them."""
        contract = self.endpoint_if_any
        if contract and contract.input:
            exc = refusal_on_the_wire(exc, contract.input)
        return super().handle_exception(exc)

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """Add the headers that every answer has, success or refusal."""
        final: Response = super().finalize_response(request, response, *args, **kwargs)
        contract = self.endpoint_if_any
        caching.tell_caches(self, final, contract)
        if contract and contract.deprecated:
            deprecation.announce(self, final, contract)
        if request.method not in SAFE and dry_run.announced(request):
            final[dry_run.TOLD] = "true"
        for name, value in (self.usage.headers if self.usage else {}).items():
            final[name] = value
        for file in self._uploads():
            file.close()  # a large one lies on the disk until then; Django knows none of them
        return final

    @cached_property
    def feature(self) -> str:
        """The name of the feature whose route this is."""
        match: Any = self.request.resolver_match
        return str(match.namespaces[1])

    @property
    def property_in_path(self) -> int | None:
        """The property that the path names and that must be in the request's reach."""
        return self.kwargs["property_uid"] if self.endpoint.prop == "path" else None

    def _property_named(self) -> int | None:
        """The property that a call names which anybody may make, if any.

        Raises ValidationError with all that is wrong with a body that names none, and DomainError
        `malformed_request`; but `feature_disabled` before.
        """
        if self.endpoint.prop != "body":
            return self.property_in_path
        try:
            return self.property_uid
        except (ValidationError, DomainError):
            enter_public(self.feature, None, self.entered)
            _ = self.body
            raise

    @cached_property
    def property_uid(self) -> int:
        """The id of the request's property. Raises ValidationError."""
        if self.endpoint.prop == "path":
            return int(self.kwargs["property_uid"])
        try:
            return int(_UID.run_validation(self._data.get("property_uid", empty)))
        except ValidationError as error:
            raise ValidationError({"property_uid": error.detail}) from None

    @property
    def access(self) -> Access:
        """The request's rights; there are none where no token is needed."""
        access: Any = self.request.auth
        return cast("Access", access)

    @cached_property
    def prop(self) -> Property:
        """The property of the path or body, already authorised; with its settings and type.

        As it is now where the call may have changed it, and else as it was when it was let in.
        """
        if self.request.method not in SAFE and self.endpoint.has_effect:
            return property_now(property_id=self.property_uid)
        version = self.reached.version if self.reached else None
        return property_kept(property_id=self.property_uid, version=version)

    @property
    def _language(self) -> str:
        """The property's own; "" where it has none, or none is named."""
        return self.reached.language if self.reached else ""

    @property
    def channel_id(self) -> int:
        """The channel that the request names, already authorised; 0 where none is asked for."""
        return self.access.channel_id or 0

    @property
    def user_id(self) -> int:
        """Whom the key acts for. The permission has refused a proxied user that does not exist."""
        return self.access.user_id or 0

    @property
    def reach_if_any(self) -> Reach | None:
        """On whose behalf the request looks for properties; None without a token."""
        access: Any = self.request.auth
        return access.reach if access else None

    @property
    def client_address(self) -> str:
        """Where the request comes from, as far as the proxies before us are trusted."""
        return client_address(self.request.META, settings.TRUSTED_PROXIES)

    @property
    def reach(self) -> Reach:
        """For selectors of properties: on whose behalf they look."""
        return self.access.reach

    @property
    def actor(self) -> Actor:
        """Who acts, for services; a visitor where no token is needed."""
        access: Any = self.request.auth
        return access.actor if access else VISITOR

    @cached_property
    def language(self) -> str:
        """Path segment, then ?language=, then Accept-Language, then the property's, then en-GB."""
        return languages.chosen(
            str(self.kwargs.get("language", "")),
            self.request.query_params.get("language", ""),
            *languages.accepted(self.request.META.get("HTTP_ACCEPT_LANGUAGE", "")),
            self._language,
        )

    @property
    def language_asked_for(self) -> str:
        """The language that the request names; "" where we write in the property's."""
        query, headers = self.request.query_params, self.request.headers
        names_one = query.get("language") or headers.get("Accept-Language")
        return self.language if names_one else ""

    @property
    def booking_token(self) -> str:
        """The token of a booking, of the header. Raises DomainError `validation_failed` without."""
        token = self.request.headers.get(BOOKING_TOKEN, "")
        if not token:
            raise DomainError(
                "validation_failed",
                gettext("%(name)s: required.") % {"name": BOOKING_TOKEN},
                fields={BOOKING_TOKEN: [gettext("This header is required.")]},
            )
        return token

    @property
    def written_language(self) -> str:
        """What language texts are sent in: path segment, then ?language=, then the property's.

        A reader's Accept-Language says nothing of it. A tag that is none stays as it is, for the
        service to refuse.
        """
        path, query = self.kwargs.get("language"), self.request.query_params.get("language")
        named = str(path or query or "")
        return (languages.full(named) or named) if named else languages.chosen(self._language)

    @cached_property
    def currency(self) -> str:
        """The property's currency, in which amounts are shown; an action may set another one."""
        return self.prop.settings.currency

    @property
    def given(self) -> Any:
        """What the body, or the path in its place, says, unchecked; None where neither does."""
        if self.endpoint.segments is not None:
            return self.kwargs
        return self.request.data if self.endpoint.body is not None else None

    @property
    def _data(self) -> Mapping[str, Any]:
        data = self.given
        if not isinstance(data, Mapping):
            raise DomainError("malformed_request", gettext("The body must be a JSON object."))
        self.sent = data
        return data

    @cached_property
    def body(self) -> Any:
        """The request body, checked by the serializer that @endpoint names: a dict, or what an
        `In` builds. The segments of the path where these take its place."""
        return self._checked(self.endpoint.input, self._data)

    def input(self, kind: type[In[T]]) -> T:
        """The request body, or the segments in its place, as the value that `kind` builds.

        @endpoint names it.
        """
        if self.endpoint.input is not kind:
            raise ImproperlyConfigured(f"{kind.__name__} is not the input of this endpoint")
        value: T = self.body
        return value

    @cached_property
    def query(self) -> dict[str, Any]:
        """The query string, checked by the serializer that @endpoint names."""
        return dict(self._checked(self.endpoint.query, self.request.query_params.dict()))

    def get_serializer_context(self) -> dict[str, Any]:
        """What serializers and fields may ask for."""
        return {"request": self.request, "view": self}

    def _checked(self, kind: Any, data: Any) -> Any:
        return checked(kind, data, self.get_serializer_context())

    def forget(self) -> None:
        """Drop what was read, before the action runs a second time."""
        for name in ("prop", "body", "currency"):
            self.__dict__.pop(name, None)
        if self.reached:  # its version is of before
            self.reached = replace(self.reached, version=None)
        for file in self._uploads():
            file.seek(0)

    def _uploads(self) -> list[UploadedFile[Any]]:
        return [value for value in self.sent.values() if isinstance(value, UploadedFile)]

    def page(self, items: Items[Item]) -> list[Item]:
        """The items of a `paged` list that the request asks for, in its order.

        The headers about the page go with the reply. Raises as `page_of` does.
        """
        # Most lists are asked for whole: nothing is checked then.
        query = self.request.META.get("QUERY_STRING") and self.request.query_params.dict()
        found = page_of(items, **(self._checked(PageQuery, query) if query else {}))
        self._page_headers = found.headers(self.request)
        return found.items

    def wait_for(self, find: Callable[[], T]) -> T:
        """What `find` returns as soon as that is true, for as long as the request's `wait` says.

        For an endpoint that `waits`, and reads only. Where it has waited, rights are looked up
        anew and it is found once more by them. Raises DomainError `too_many_waiting`.
        """
        asked = self._checked(WaitQuery, self.request.query_params.dict())
        found, waited = waiting.wait_for(find, seconds=asked["wait"], key=self.access.key_id)
        if not waited:
            return found
        request: Any = self.request
        request._authenticate()  # noqa: SLF001  # as at the beginning, anew
        self.check_permissions(self.request)
        return find()

    def reply_file(
        self, content: str | bytes, *, headers: Mapping[str, str] | None = None
    ) -> HttpResponse:
        """Answer with a file of the kind that @endpoint declares."""
        kind = self.endpoint.media + ("; charset=utf-8" if isinstance(content, str) else "")
        return HttpResponse(content, content_type=kind, headers=headers)

    def reply(self, result: Any, *, headers: Mapping[str, str] | None = None) -> Response:
        """Answer with `result` in the form and with the status that @endpoint declares."""
        contract = self.endpoint
        data = contract.output({contract.key: result}, self.get_serializer_context())
        return Answer(
            data,
            status=contract.status,
            headers={**self._page_headers, **(headers or {})},
            content_type=JSON,  # else Django begins with that of pages
        )


class WordedViewSet(FeatureViewSet):
    """Base of endpoints whose answers hold texts of ours: they are in the request's language."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse what must not happen; then write in `self.language`, or else in English.

        The middleware of languages chooses anew for the next request.
        """
        super().initial(request, *args, **kwargs)
        translation.activate(family(readable(self.language)))
