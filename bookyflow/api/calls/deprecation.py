"""Telling callers of an old form of a call which one to use instead (RFC 9745, RFC 5829)."""

from __future__ import annotations

from datetime import UTC, datetime
from string import Formatter
from typing import Any
from urllib.parse import quote

from django.conf import settings

from bookyflow.api.contract import Endpoint, EndpointView

# All old forms are older than the first version, and work for the sake of existing clients only.
SINCE = datetime(2026, 11, 22, tzinfo=UTC)


def headers(view: EndpointView, contract: Endpoint) -> dict[str, str]:
    """Deprecation, and Link to the call's successor and to where deprecation is explained."""
    links = [f'<{settings.API_BASE}/docs>; rel="deprecation"; type="text/html"']
    if contract.successor:
        values = {name: quote(str(value), safe="") for name, value in view.kwargs.items()}
        path = contract.successor.format_map(values)
        links.insert(0, f'<{settings.API_BASE}/{path}>; rel="successor-version"')
    return {"Deprecation": f"@{int(SINCE.timestamp())}", "Link": ", ".join(links)}


def announce(view: EndpointView, response: Any, contract: Endpoint) -> None:
    """Add the headers to an answer, which may have other links already."""
    for name, value in headers(view, contract).items():
        response[name] = f"{response[name]}, {value}" if name in response else value


def parameters_of(successor: str) -> set[str]:
    """The path parameters that a successor takes over."""
    return {name for _, name, _, _ in Formatter().parse(successor) if name}
