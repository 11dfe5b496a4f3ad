from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from rest_framework import serializers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

BARE = "HTTP_X_BOOKYFLOW_NO_ENVELOPE"
_encoder = JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_AS_DRF_WRITES = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def _encoded(data: Any) -> bytes:
    """JSON in UTF-8. What orjson does not write, such as a number of more than 64 bits, DRF's
    encoder does.
    """
    try:
        return orjson.dumps(data, _encoder.default, _AS_DRF_WRITES)
    except orjson.JSONEncodeError:
        return _encoder.encode(data).encode()


class EnvelopeRenderer(BaseRenderer):
    """Success as {"data": {key: …}, "meta": {"code": …}} or the bare value; problems as is."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The body as bytes of JSON."""
        if data is None:
            return b""
        context = renderer_context or {}
        response = context["response"]
        if not response.exception:
            if context["request"].META.get(BARE) == "1":
                (data,) = data.values()
            else:
                data = {"data": data, "meta": {"code": response.status_code}}
        return _encoded(data)


class Answer(Response):
    """DRF's, whose headers are told in one step; Django takes three for each."""

    def close(self) -> None:
        """End the call, of which nothing is asked any more.

        Request, view and answer know each other and themselves: let go of, they are freed at once
        with all that they hold, and nobody has to search for them.
        """
        super().close()
        context: Any = getattr(self, "renderer_context", None)  # there is one once it is complete
        if context:
            context["request"].parser_context.clear()
            vars(context["view"]).clear()
            context.clear()

    def items(self) -> Iterable[tuple[str, str]]:
        """The headers and their values."""
        headers: Any = self.headers
        found: Iterable[tuple[str, str]] = headers._store.values()  # noqa: SLF001  # in the order of setting
        return found


class AlwaysJSON(DefaultContentNegotiation):
    """Any Accept header gets JSON: a client that asks for something else reads it all the same."""

    def select_renderer(
        self, request: Any, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The first renderer."""
        renderer = next(iter(renderers))
        return renderer, renderer.media_type

    def select_parser(self, request: Any, parsers: Any) -> Any:
        """The parser of a body; DRF takes twenty steps to find that JSON is JSON."""
        first = next(iter(parsers))
        if request.content_type == first.media_type:
            return first
        return super().select_parser(request, parsers)


class MetaSerializer(serializers.Serializer[Any]):
    """What is beside the data."""

    code = serializers.IntegerField(help_text="Repeats the HTTP status.")


class ProblemSerializer(serializers.Serializer[Any]):
    """A refusal, in the form of RFC 9457 with extensions."""

    type = serializers.CharField(help_text="Where the error catalogue explains `key`.")
    title = serializers.CharField(help_text="What is the same in all errors of this key.")
    status = serializers.IntegerField(help_text="Repeats the HTTP status.")
    detail = serializers.CharField(help_text="What went wrong this time.")
    instance = serializers.CharField(help_text="The path that was called.")
    key = serializers.CharField(help_text="Stable identifier to branch on.")
    request_id = serializers.CharField(help_text="Repeats X-Request-ID.")
    fields = serializers.DictField(  # type: ignore[assignment]  # the name is part of the interface
        child=serializers.JSONField(), help_text="Problems by input field; empty for other errors."
    )
    error_message = serializers.CharField(help_text="Repeats `detail`.")
    meta = MetaSerializer()
    results = serializers.DictField(
        child=serializers.JSONField(),
        required=False,
        help_text="The outcome per item of a call on many items.",
    )
    error_number = serializers.CharField(
        required=False,
        help_text="Of a booking session: the number that booking/error_messages explains.",
    )
    confirmation_url = serializers.CharField(
        required=False, help_text="Where the guest pays, once payment is needed."
    )
