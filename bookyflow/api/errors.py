"""Every refusal in one shape: RFC 9457 problems with the extensions of the API."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import singledispatch
from typing import Any

import psycopg
from django.conf import settings
from django.core import exceptions as django_errors
from django.db import IntegrityError, InterfaceError, InternalError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.http.request import UnreadablePostError
from django.template.loader import get_template
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext
from django.views import defaults
from rest_framework import exceptions as drf_errors
from rest_framework.response import Response
from rest_framework.serializers import Serializer, as_serializer_error

from bookyflow.api.constraints import violation
from bookyflow.api.wire.inputs import error_on_the_wire, on_the_wire
from bookyflow.core import metrics
from bookyflow.core.database import broken_connections_drop
from bookyflow.core.errors import DomainError
from bookyflow.core.outages import is_outage, sqlstate

PROBLEM_TYPE = "application/problem+json"
CATALOGUE = "/bookyflow/docs/errors"
REALM = "BookyFlow"
UNDONE_BY_RIVAL = ("40001", "40P01")  # serialization failure, deadlock
BUSY = "55P03"  # a lock was waited for as long as may be
TRY_AGAIN = {"Retry-After": "2"}
PAGES = ("/docs", "/reference")  # below the base, for people
FROM_SERVER = (InterfaceError, InternalError, OperationalError)  # may tell of an outage


def is_api_path(path: str) -> bool:
    """Whether a path belongs to the API, whose errors are problems and not pages."""
    below = path.removeprefix(settings.API_BASE)
    is_below = below != path and below[:1] in {"", "/"}
    return is_below and below.rstrip("/") not in PAGES


def problem(error: DomainError, *, path: str, request_id: str) -> dict[str, Any]:
    """The body of a refusal."""
    kind = error.kind
    if metrics.is_on():
        metrics.refusals.labels(error.key).inc()
    body = {
        "type": f"{CATALOGUE}#{error.key}",
        "title": kind.told(),
        "status": kind.status,
        "detail": error.detail,
        "instance": path,
        "key": error.key,
        "request_id": request_id,
        "fields": error.fields,
        "error_message": error.detail,
        "meta": {"code": kind.status},
    }
    if error.results is not None:
        body["results"] = {
            item: {"success": False, "key": one.key, "message": one.detail}
            for item, one in error.results.items()
        }
    return body | dict(error.members)


def exception_handler(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER: the problem of a refusal; None for a fault, which stays a 500."""
    error = translated(exc)
    if error is None:
        return None
    request, view = context["request"], context["view"]
    return Response(
        problem(error, path=request.path, request_id=getattr(request, "request_id", "")),
        status=error.kind.status,
        headers=_headers(error, exc, view),
        content_type=PROBLEM_TYPE,
    )


def problem_response(
    request: HttpRequest, error: DomainError, headers: Mapping[str, str] | None = None
) -> JsonResponse:
    """The same refusal from outside DRF."""
    return JsonResponse(
        problem(error, path=request.path, request_id=getattr(request, "request_id", "")),
        status=error.kind.status,
        headers=headers,
        content_type=PROBLEM_TYPE,
    )


def _headers(error: DomainError, exc: Exception, view: Any) -> dict[str, str]:
    bearer = f'Bearer realm="{REALM}"'
    match error.key:
        case "not_authenticated":
            headers = {"WWW-Authenticate": bearer}
        case "invalid_token":
            headers = {"WWW-Authenticate": f'{bearer}, error="invalid_token"'}
        case "scope_missing":
            scope = view.endpoint.scope
            challenge = f'{bearer}, error="insufficient_scope", scope="{scope}"'
            headers = {"WWW-Authenticate": challenge}
        case "method_not_allowed":
            headers = {"Allow": ", ".join(view.allowed_methods)}
        case "rate_limited":
            wait = getattr(exc, "retry_after", None) or getattr(exc, "wait", None)
            headers = {"Retry-After": str(max(1, round(wait or 1)))}
        case (
            "too_many_holds"
            | "too_many_messages"
            | "too_many_waiting"
            | "payment_provider_unavailable"
        ):
            headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
        case "unavailable" | "busy":
            headers = TRY_AGAIN
        case _:
            headers = {}
    return headers


def refusal_on_the_wire(exc: Exception, body: type[Serializer[Any]]) -> Exception:
    """A refusal of the domain or the database, with fields as the body calls them.

    Other exceptions come back as they are.
    """
    if isinstance(exc, django_errors.ValidationError):
        return drf_errors.ValidationError(on_the_wire(as_serializer_error(exc), body))
    error = translated(exc) if isinstance(exc, IntegrityError) else exc
    if isinstance(error, DomainError):
        error_on_the_wire(error, body)
    return error or exc


@singledispatch
def translated(exc: Exception) -> DomainError | None:
    """The refusal that an exception stands for; None for a fault of ours."""
    return None


@translated.register
def _(exc: DomainError) -> DomainError | None:
    return None if exc.kind.status == 500 else exc  # noqa: PLR2004  # a fault reaches the log


@translated.register
def _(exc: drf_errors.ParseError) -> DomainError:
    return DomainError("malformed_request", str(exc.detail))


@translated.register
def _(exc: drf_errors.NotAuthenticated) -> DomainError:
    return DomainError("not_authenticated", gettext("Send `Authorization: Bearer <token>`."))


@translated.register
def _(exc: drf_errors.AuthenticationFailed) -> DomainError:
    return DomainError("invalid_token", str(exc.detail))


@translated.register
def _(exc: drf_errors.PermissionDenied) -> DomainError:
    return DomainError("forbidden", str(exc.detail))


@translated.register
def _(exc: django_errors.PermissionDenied) -> DomainError:
    return DomainError("forbidden")


# What was looked for stays unsaid: the messages of both name classes of ours.
@translated.register(drf_errors.NotFound)
@translated.register(Http404)
def _(exc: Exception) -> DomainError:
    return DomainError("not_found", gettext("Nothing is there, or it is not yours."))


@translated.register
def _(exc: drf_errors.MethodNotAllowed) -> DomainError:
    return DomainError("method_not_allowed", str(exc.detail))


@translated.register
def _(exc: drf_errors.UnsupportedMediaType) -> DomainError:
    return DomainError("unsupported_media_type", str(exc.detail))


@translated.register
def _(exc: drf_errors.Throttled) -> DomainError:
    return DomainError("rate_limited", str(exc.detail))


@translated.register
def _(exc: drf_errors.ValidationError) -> DomainError:
    detail = exc.detail
    fields = detail if isinstance(detail, dict) else {"non_field_errors": detail}
    names = [name for name in fields if name != "non_field_errors"]
    told = gettext("Invalid: %(fields)s.") % {"fields": ", ".join(map(str, names))}
    text = told if names else _first(fields)
    return DomainError("validation_failed", text, fields=fields)


def _first(fields: Mapping[str, Any]) -> str:
    problems = next(iter(fields.values()), None)
    while isinstance(problems, list | dict) and problems:
        problems = problems[0] if isinstance(problems, list) else next(iter(problems.values()))
    return str(problems) if problems else gettext("The request has invalid fields.")


@translated.register
def _(exc: django_errors.ValidationError) -> DomainError | None:
    return translated(drf_errors.ValidationError(as_serializer_error(exc)))


@translated.register
def _(exc: django_errors.RequestDataTooBig) -> DomainError:
    return DomainError("payload_too_large", gettext("The body or a file in it is too large."))


@translated.register(django_errors.TooManyFieldsSent)
@translated.register(django_errors.TooManyFilesSent)
def _(exc: Exception) -> DomainError:
    return DomainError("payload_too_large", gettext("The form has too many fields or files."))


@translated.register
def _(exc: django_errors.SuspiciousOperation) -> DomainError:
    return DomainError("malformed_request", gettext("The request is malformed."))


@translated.register
def _(exc: django_errors.BadRequest) -> DomainError:
    return DomainError("malformed_request", str(exc) or gettext("The request is malformed."))


@translated.register
def _(exc: UnreadablePostError) -> DomainError:
    return DomainError("malformed_request", gettext("The body ended early."))


@translated.register
def _(exc: IntegrityError) -> DomainError | None:
    cause = exc.__cause__
    name = cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None
    return violation(name) if name else None


@translated.register(InterfaceError)
@translated.register(InternalError)  # of a server that only reads
@translated.register(OperationalError)
def _(exc: Exception) -> DomainError | None:
    state = sqlstate(exc)
    if state in UNDONE_BY_RIVAL:
        return DomainError("unavailable")
    if state == BUSY:
        return DomainError("busy")
    if is_outage(exc):
        broken_connections_drop()
        return DomainError("unavailable")
    return None


def _unkept(page: HttpResponse) -> HttpResponse:
    """A page that nobody keeps: what is missing now may be there in a moment, and it has names."""
    add_never_cache_headers(page)
    return page


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Django's handler400; bodies that are too large end here as well."""
    if not is_api_path(request.path_info):
        return _unkept(defaults.bad_request(request, exception))
    return problem_response(request, translated(exception) or DomainError("malformed_request"))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Django's handler403."""
    if not is_api_path(request.path_info):
        return _unkept(defaults.permission_denied(request, exception))
    return problem_response(request, DomainError("forbidden"))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Django's handler404."""
    if not is_api_path(request.path_info):
        return _unkept(defaults.page_not_found(request, exception))
    return problem_response(
        request, DomainError("not_found", gettext("No endpoint has this path."))
    )


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Django's handler500. The fault itself is in the log, by its request id.

    503 where the database is to blame, for everything that DRF has no hand in.
    """
    cause = sys.exc_info()[1]
    refusal = translated(cause) if isinstance(cause, FROM_SERVER) else None
    if not is_api_path(request.path_info):
        return defaults.server_error(request) if refusal is None else unavailable_page()
    if refusal is None:
        return problem_response(request, DomainError("server_error"))
    return problem_response(request, refusal, TRY_AGAIN)


def unavailable_page() -> HttpResponse:
    """503 for people. The page asks the database nothing."""
    return HttpResponse(get_template("503.html").render(), status=503, headers=TRY_AGAIN)


def method_not_allowed(request: HttpRequest, allowed: tuple[str, ...]) -> HttpResponse:
    """405 from a view outside DRF."""
    error = DomainError(
        "method_not_allowed",
        gettext('Method "%(method)s" not allowed.') % {"method": request.method},
    )
    return problem_response(request, error, {"Allow": ", ".join(allowed)})
