"""Which addresses may be called at all, as far as their text tells."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

LONGEST = 2000

_secure = URLValidator(schemes=["https"])
_INNER = (".localhost", ".local", ".localdomain", ".internal", ".intranet", ".lan", ".home.arpa")


def address_problem(url: str) -> str:
    """Why an address cannot be that of a webhook; "" where it can, as far as its text tells.

    It must be https and public. What its name stands for is looked at when it is called.
    """
    if len(url) > LONGEST:
        return f"At most {LONGEST} characters."
    try:
        _secure(url)
        parts = urlsplit(url)
    except (ValidationError, ValueError):
        return "An address is needed that begins with https://."
    if "@" in parts.netloc:
        return "User name and password have fields of their own."
    return "" if _is_public(parts.hostname or "") else "The address must be a public one."


def _is_public(host: str) -> bool:
    try:
        return ip_address(host).is_global
    except ValueError:
        host = host.rstrip(".").lower()
        return "." in host and not host.endswith(_INNER)
