from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from bookyflow.api.errors import is_api_path, problem_response
from bookyflow.core.errors import DomainError

GetResponse = Callable[[HttpRequest], HttpResponseBase]
WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,128}")


class RequestIdMiddleware:
    """Give every request an id, the caller's own where it is well-formed, and answer with it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = given if WELL_FORMED.fullmatch(given) else str(uuid.uuid4())
        request.request_id = request_id  # type: ignore[attr-defined]  # read by everything inside
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response


class ApiPathMiddleware:
    """Below the API's base: one form of each path, no NUL, and bodies of known length."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_api_path(request.path_info):
            return self.get_response(request)
        query = request.META.get("QUERY_STRING", "")
        if "\0" in request.path_info or "%00" in query or "\0" in query:
            return problem_response(
                request, DomainError("malformed_request", "NUL is not allowed in paths and queries.")
            )
        request.path_info = request.path_info.rstrip("/")
        if request.META.get("HTTP_TRANSFER_ENCODING") and not request.META.get("CONTENT_LENGTH"):
            error = _take_chunks(request)
            if error:
                return problem_response(request, error)
        return self.get_response(request)


def _take_chunks(request: Any) -> DomainError | None:
    # Django takes a body without Content-Length for empty.
    limit = settings.FILE_UPLOAD_MAX_SIZE
    body = request.META["wsgi.input"].read(limit + 1)
    if len(body) > limit:
        return DomainError("payload_too_large")
    request.META["CONTENT_LENGTH"] = str(len(body))
    request._stream = BytesIO(body)
    return None
