"""Bodies into plain dicts and lists, whatever their media type. Refusals are problems."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import IO, Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.core.files.uploadhandler import FileUploadHandler
from rest_framework.exceptions import ParseError
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser

from bookyflow.api.wire.brackets import unfolded

DEEPEST = 32  # levels of nesting; no documented body has more than five
_CONTAINERS = {dict, list}
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # as json.dumps writes it


def loads(text: str) -> Any:
    """Strict JSON: no NaN, infinity, NUL or lone surrogate, and not too deep. Raises ValueError."""
    try:
        value = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
    except RecursionError:
        raise ValueError("The JSON is nested too deeply.") from None
    if text.count("{") + text.count("[") > DEEPEST:  # else there is nothing to look at
        refuse_deep(value)
    if "\\u" in text:  # only an escape can bring one in
        _refuse_bad_characters(value)
    return value


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON.")


def _finite(text: str) -> float:
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise ValueError("A number is too large.")
    return value


def refuse_deep(value: Any) -> None:
    """Raise ValueError beyond DEEPEST levels; level by level, so that depth costs no stack."""
    level = [value] if type(value) in _CONTAINERS else []
    for _ in range(DEEPEST):
        if not level:
            return
        level = [
            child
            for node in level
            for child in (node.values() if type(node) is dict else node)
            if type(child) in _CONTAINERS
        ]
    if level:
        raise ValueError("The JSON is nested too deeply.")


def _refuse_bad_characters(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False)
    if _NUL.search(text):
        raise ValueError("A text holds NUL.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("A text holds half of a surrogate pair.") from None


class StrictJSONParser(JSONParser):
    """JSON in UTF-8."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The value. Raises ParseError."""
        try:
            return loads(stream.read().decode())
        except UnicodeDecodeError:
            raise ParseError("The body is not UTF-8.") from None
        except ValueError as error:
            raise ParseError(f"The body is not acceptable JSON: {error}") from None


class BracketFormParser(FormParser):
    """A URL-encoded form; `a[b]=1` and `c[]=2` become nested values."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The fields. Raises ParseError and TooManyFieldsSent."""
        raw = stream.read()
        if raw.count(b"&") >= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:
            raise TooManyFieldsSent("The form has too many fields.")
        try:
            pairs = parse_qsl(
                raw.decode(), keep_blank_values=True, encoding="utf-8", errors="strict"
            )
        except ValueError:
            raise ParseError("The form is not UTF-8.") from None
        return _form(pairs)


class BracketMultiPartParser(MultiPartParser):
    """A multipart form, with uploads as files among the fields."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The fields and files. Raises ParseError, RequestDataTooBig and Django's TooMany…Sent."""
        request = (parser_context or {})["request"]
        request.upload_handlers.insert(0, UploadLimit(request))
        parsed: Any = super().parse(stream, media_type, parser_context)
        pairs = [(name, value) for name, values in parsed.data.lists() for value in values]
        files = [(name, file) for name, found in parsed.files.lists() for file in found]
        return _form([*pairs, *files])


class UploadLimit(FileUploadHandler):
    """Stops an upload at FILE_UPLOAD_MAX_SIZE, before it fills memory or disk."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Count from the start."""
        self.received = 0
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the chunk on."""
        self.received += len(raw_data)
        if self.received > settings.FILE_UPLOAD_MAX_SIZE:
            raise RequestDataTooBig("A file is too large.")
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers that follow."""


def _form(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    pairs = list(pairs)
    for name, value in pairs:
        if "\0" in name or (isinstance(value, str) and "\0" in value):
            raise ParseError("NUL is not allowed.")
    try:
        return unfolded(pairs)
    except ValueError as error:
        raise ParseError(str(error)) from None
