"""What the API serves beside endpoints: its document, the document's browser, errors, health."""

from __future__ import annotations

import json
from collections import defaultdict
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.views import SpectacularSwaggerView
from rest_framework.negotiation import DefaultContentNegotiation

from bookyflow.api.calls.limits import by_address
from bookyflow.api.errors import TRY_AGAIN, method_not_allowed, problem, problem_response
from bookyflow.api.schema.clients import at_site
from bookyflow.api.schema.document import document
from bookyflow.core.database import broken_connections_drop
from bookyflow.core.errors import ERRORS, DomainError
from bookyflow.events.selectors import feed_lag
from bookyflow.plugins import registry


@by_address
def schema(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document of the features that are on; `?format=yaml` for YAML."""
    if request.method not in {"GET", "HEAD"}:
        return method_not_allowed(request, ("GET", "HEAD"))
    origin = request.build_absolute_uri("/").rstrip("/")
    found = at_site(document(frozenset(registry.enabled())), origin)
    if request.GET.get("format") == "yaml":
        renderer: Any = OpenApiYamlRenderer()
        text = renderer.render(found, renderer_context={})
        return HttpResponse(text, content_type="application/yaml")
    return JsonResponse(found, json_dumps_params={"ensure_ascii": False})


class DocumentBrowser(SpectacularSwaggerView):
    """Swagger UI on the document, with everything it needs from here."""

    url = f"{settings.API_BASE}/schema"
    content_negotiation_class = DefaultContentNegotiation
    authentication_classes: tuple[Any, ...] = ()
    throttle_classes: tuple[Any, ...] = ()  # it renders pages, and could not say what is refused


document_browser = by_address(DocumentBrowser.as_view())


@require_safe
def error_catalogue(request: HttpRequest) -> HttpResponse:
    """Every error key with its status, title and help; one anchor each, by status."""
    by_status: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for key, kind in sorted(ERRORS.items()):
        by_status[kind.status].append(
            {"key": key, "title": kind.title, "help": _with_code(kind.help)}
        )
    groups = [
        {"status": status, "phrase": HTTPStatus(status).phrase, "entries": entries}
        for status, entries in sorted(by_status.items())
    ]
    body = problem(
        DomainError("room_taken", "Room 12 is not free on 2027-06-10."),
        path=f"{settings.API_BASE}/cmf/reservations/add",
        request_id="5f0c7a52-0d0e-4b1c-9d57-3c2f2f0c9a11",
    )
    example = json.dumps(body, indent=2)
    return render(request, "api/errors.html", {"groups": groups, "example": example})


def _with_code(text: str) -> SafeString:
    """The text as HTML, with what stands between backticks as code."""
    parts = enumerate(text.split("`"))
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", p) if i % 2 else p,) for i, p in parts)
    )


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is alive. Asks nobody else."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers, and by how much feeds are behind; else 503."""
    try:
        lag = feed_lag()
    except DatabaseError:
        broken_connections_drop()
        return problem_response(request, DomainError("unavailable"), TRY_AGAIN)
    return JsonResponse({"status": "ok", "feed_lag_seconds": round(lag, 1)})
