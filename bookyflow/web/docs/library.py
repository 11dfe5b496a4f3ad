"""Which documents the site shows, in which order, and where they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from django.conf import settings
from django.urls import reverse
from django.utils.text import slugify

from bookyflow.api.schema.sections import SECTIONS
from bookyflow.web.docs.markdown import Rendered, rendered

ELSEWHERE = {"docs/openapi.yaml": "schema"}  # what has a place of its own


@dataclass(frozen=True)
class Document:
    """A file of the project that is shown as a page."""

    slug: str
    file: str
    label: str
    group: str

    @property
    def url(self) -> str:
        """Where its page is."""
        return (
            reverse("web:docs_home") if self is FIRST else reverse("web:document", args=[self.slug])
        )


FIRST = Document("overview", "docs/api.md", "Overview and quick start", "Start")
DOCUMENTS = (
    FIRST,
    *(
        Document(file.removesuffix(".md").replace("/", "_"), f"docs/{file}", label, group)
        for group, files in {
            "Guides": {
                "one_property.md": "One property's life",
                "webhooks.md": "Webhooks",
                "webhooks/events.md": "Events",
                "webhooks_delivery.md": "How webhooks are delivered",
                "channel_ari.md": "Rates and rooms in bulk",
                "calendars.md": "Calendars (iCal)",
                "booking_form.md": "Booking form",
                "payments.md": "Payments",
                "invoices.md": "Invoices",
                "messaging.md": "Messaging",
                "clients.md": "Clients",
                "agents.md": "Language models",
            },
            "Build and run": {
                "developers.md": "Developer guide",
                "architecture.md": "Architecture",
                "operations.md": "Operations",
                "performance.md": "Performance",
                "peers.md": "What others reach",
                "scaling.md": "Scaling",
                "not_offered.md": "What is not offered",
            },
        }.items()
        for file, label in files.items()
    ),
    Document("contributing", "CONTRIBUTING.md", "Contributing", "Build and run"),
    Document("changelog", "CHANGELOG.md", "Changelog", "Build and run"),
)
BY_SLUG = {one.slug: one for one in DOCUMENTS}
BY_FILE = {one.file: one for one in DOCUMENTS}
SECTION_SLUGS = {slugify(section): section for section in SECTIONS}


def page_of(document: Document) -> Rendered:
    """The document's page; made anew when its file has changed."""
    return _rendered(document, (settings.BASE_DIR / document.file).stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _rendered(document: Document, changed: int) -> Rendered:
    text = (settings.BASE_DIR / document.file).read_text(encoding="utf-8")
    return rendered(text, lambda href: _link(document, href))


def _link(document: Document, href: str) -> str | None:
    """Where a link of a document leads on the site; None for a file that is no page."""
    path, sharp, anchor = href.partition("#")
    if "://" in href or href.startswith(("/", "mailto:")) or not path:
        return href
    parts: list[str] = []
    for part in (PurePosixPath(document.file).parent / path).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    file = "/".join(parts)
    if file in ELSEWHERE:
        return reverse(ELSEWHERE[file])
    found = BY_FILE.get(file)
    return f"{found.url}{sharp}{anchor}" if found else None
