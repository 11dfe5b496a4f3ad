"""The body of a request: how large it may be, and how it is taken when nothing tells its length.

Nothing of it is read before it is known who calls and what for: a thread that waits for a slow
body serves nobody else.
"""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from typing import Any

from django.http.request import UnreadablePostError
from django.utils.translation import gettext

from bookyflow.core.errors import DomainError

PUBLIC_LIMIT = 64 * 1024  # bytes, where anybody may call
CHUNK = 64 * 1024
MOST_DRAINED = 64 * 1024 * 1024


def admit(request: Any, limit: int) -> None:
    """Make the body of a Django request ready to be parsed, or refuse it unparsed.

    One that comes in chunks, or over HTTP/2 without a length, is read here: Django takes it for
    empty. Raises DomainError payload_too_large above `limit` bytes.
    """
    meta = request.META
    if meta.get("CONTENT_LENGTH"):
        length = meta["CONTENT_LENGTH"]
        if length.isdecimal() and int(length) > limit:
            raise _too_large(limit)
    elif _ends_by_itself(request):
        body = meta["wsgi.input"].read(limit + 1)
        if len(body) > limit:
            raise _too_large(limit)
        meta["CONTENT_LENGTH"] = str(len(body))
        request._stream = BytesIO(body)  # noqa: SLF001  # where Django reads bodies from


def drain(request: Any) -> None:
    """Read on after a refusal: many clients look at no answer before they have sent everything."""
    told = request.META.get("CONTENT_LENGTH") or not _ends_by_itself(request)
    stream = request if told else request.META["wsgi.input"]
    with suppress(UnreadablePostError):
        for _ in range(MOST_DRAINED // CHUNK):
            if not stream.read(CHUNK):
                break


def _ends_by_itself(request: Any) -> bool:
    # Elsewhere the server hands on the bare connection, and reading would wait for its end.
    return bool(request.META.get("wsgi.input_terminated"))


def _too_large(limit: int) -> DomainError:
    told = gettext("The body may have at most %(limit)s bytes here.")
    return DomainError("payload_too_large", told % {"limit": f"{limit:,}"})
