"""Pages about the API: its browser, its reference, its errors, the documents."""

from __future__ import annotations

import json
from collections import defaultdict
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from bookyflow.accounts.models import AccessLevel
from bookyflow.api.calls.limits import by_address
from bookyflow.api.errors import problem
from bookyflow.api.schema.pages import document_here
from bookyflow.api.schema.sections import by_section
from bookyflow.core.errors import ERRORS, DomainError
from bookyflow.plugins import registry
from bookyflow.plugins.manifest import Feature
from bookyflow.web.docs.fitting import fitted
from bookyflow.web.docs.library import BY_SLUG, DOCUMENTS, FIRST, SECTION_SLUGS, page_of
from bookyflow.web.docs.markdown import Heading
from bookyflow.web.docs.samples import values_for
from bookyflow.web.docs.sections import groups_of
from bookyflow.web.pages import CONTENT_SECURITY_POLICY, frame_of, page

# Redoc's style elements, by their digests: empty ones that it fills by script, and the one of its
# scroll bars, as the locked version has it.
REDOC = (
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' "
    "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='"
)
REFERENCE_POLICY = CONTENT_SECURITY_POLICY.replace("style-src 'self'", f"style-src 'self' {REDOC}")


@page
@require_safe
def api_browser(request: HttpRequest) -> HttpResponse:
    """Every endpoint that is on, to try out."""
    context = {"values": values_for(frame_of(request).user), "sections": _features_on()}
    return render(request, "web/docs/browser.html", context)


def _features_on() -> dict[str, list[Feature]]:
    on = registry.enabled()
    return by_section(one for name, one in registry.features().items() if name in on)


@by_address
@page
@require_safe
def browser_document(request: HttpRequest) -> HttpResponse:
    """The document that the browser shows: its examples are of the reader's first property."""
    user, on = frame_of(request).user, registry.enabled()
    level = user.access_level if user else AccessLevel.MANAGER
    found = fitted(
        document_here(request, on),
        values_for(user),
        scopes=registry.grantable(level, on),
        is_super=level >= AccessLevel.SUPER_MANAGER,
    )
    return JsonResponse(found, json_dumps_params={"ensure_ascii": False})


@page
@require_safe
def api_reference(request: HttpRequest) -> HttpResponse:
    """The document to read, of one feature: of all it would take a browser a minute."""
    sections = _features_on()
    names = [one.name for features in sections.values() for one in features]
    shown = request.GET.get("feature", names[0] if names else "")
    if names and shown not in names:
        raise Http404
    answer = render(request, "web/docs/reference.html", {"sections": sections, "shown": shown})
    answer["Content-Security-Policy"] = REFERENCE_POLICY
    return answer


@page
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
    context = {"groups": groups, "example": json.dumps(body, indent=2), "count": len(ERRORS)}
    return render(request, "web/docs/errors.html", context)


def _with_code(text: str) -> SafeString:
    """The text as HTML, with what stands between backticks as code."""
    parts = enumerate(text.split("`"))
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", p) if i % 2 else p,) for i, p in parts)
    )


@page
@require_safe
def document_page(request: HttpRequest, slug: str = FIRST.slug) -> HttpResponse:
    """A document of the project."""
    document = BY_SLUG.get(slug)
    if document is None:
        raise Http404
    shown = page_of(document)
    context = {
        "title": shown.title,
        "html": mark_safe(shown.html),  # noqa: S308  # of our own files, with HTML in them escaped
        "headings": shown.headings,
        **_beside(document.url),
    }
    return render(request, "web/docs/document.html", context)


@page
@require_safe
def section_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A section of the API: each endpoint that is on, with a line for a shell."""
    section = SECTION_SLUGS.get(slug)
    if section is None:
        raise Http404
    groups = groups_of(document_here(request, registry.enabled()), section)
    headings = [Heading(2, one.title, one.anchor) for one in groups]
    context = {"title": section, "groups": groups, "headings": headings, **_beside(request.path)}
    return render(request, "web/docs/section.html", context)


def _beside(current: str) -> dict[str, Any]:
    """The list of all documents, by group; the sections follow what one begins with."""
    sections = [
        (name, reverse("web:docs_section", args=[slug])) for slug, name in SECTION_SLUGS.items()
    ]
    groups: dict[str, list[tuple[str, str]]] = {FIRST.group: [], "Sections of the API": sections}
    for one in DOCUMENTS:
        groups.setdefault(one.group, []).append((one.label, one.url))
    return {"groups_of_documents": groups, "current": current}
