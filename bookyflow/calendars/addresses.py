"""Where others read a feed."""

from __future__ import annotations

from django.conf import settings


def feed_path(token: str) -> str:
    """The path of the address that opens a feed; the endpoint `calendars.read_feed` answers."""
    return f"{settings.API_BASE}/calendars/{token}.ics"
