"""What the API serves beside endpoints: its document and health."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from bookyflow.api.calls.limits import by_address
from bookyflow.api.contract import SAFE
from bookyflow.api.errors import TRY_AGAIN, method_not_allowed, problem_response
from bookyflow.core import metrics
from bookyflow.core.database import broken_connections_drop
from bookyflow.core.errors import DomainError
from bookyflow.events.selectors import feed_lag
from bookyflow.plugins import registry

View = Callable[..., HttpResponse]

_NO_FEATURE = "No feature that is on is called %s."


def document_here(request: HttpRequest, features: Iterable[str]) -> dict[str, Any]:
    """The document of these features, as the site serves it where the request came to."""
    # Not before it is needed: drf-spectacular takes ten megabytes, and the document is kept.
    from bookyflow.api.schema.clients import at_site  # noqa: PLC0415
    from bookyflow.api.schema.document import document  # noqa: PLC0415

    return at_site(document(frozenset(features)), request.build_absolute_uri("/").rstrip("/"))


@by_address
def schema(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document of the features that are on; `?format=yaml` for YAML.

    `?feature=` is the name of one of them, for its part alone.
    """
    if request.method not in SAFE:
        return method_not_allowed(request, ("GET", "HEAD"))
    features = registry.enabled()
    if name := request.GET.get("feature"):
        features &= {name}
        if not features:
            return problem_response(request, DomainError("not_found", _NO_FEATURE % name[:50]))
    found = document_here(request, features)
    if request.GET.get("format") == "yaml":
        from drf_spectacular.renderers import OpenApiYamlRenderer  # noqa: PLC0415  # as above

        renderer: Any = OpenApiYamlRenderer()
        text = renderer.render(found, renderer_context={})
        return HttpResponse(text, content_type="application/yaml")
    return JsonResponse(found, json_dumps_params={"ensure_ascii": False})


def with_browser(view: View) -> View:
    """The base of the API, where a person's browser is shown the way to the page for people."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in SAFE and "text/html" in request.headers.get("Accept", ""):
            return HttpResponseRedirect(f"{settings.API_BASE}/docs")
        return view(request, *args, **kwargs)

    return wrapped


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


@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """The site's numbers for Prometheus, for whoever sends METRICS_TOKEN; else 401.

    Where no token is set there is no such page.
    """
    if not metrics.is_on():
        raise Http404
    given = request.headers.get("Authorization", "")
    if not constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Bearer realm="metrics"'})
    try:
        found = metrics.exposition()
    except DatabaseError:
        broken_connections_drop()
        return problem_response(request, DomainError("unavailable"), TRY_AGAIN)
    return HttpResponse(found, content_type=metrics.FORM)
