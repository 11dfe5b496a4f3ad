"""Which addresses may be called at all, as far as their text tells."""

from __future__ import annotations

from ipaddress import ip_address

from bookyflow.core.errors import DomainError
from bookyflow.core.outgoing import LONGEST_ADDRESS, address_check
from bookyflow.core.public_addresses import is_public

LONGEST = LONGEST_ADDRESS

_INNER = (".localhost", ".local", ".localdomain", ".internal", ".intranet", ".lan", ".home.arpa")


def address_problem(url: str) -> str:
    """Why an address cannot be that of a webhook; "" where it can, as far as its text tells.

    It must be https and public. What its name stands for is looked at when it is called.
    """
    try:
        target = address_check(url)
    except DomainError as error:
        return error.detail
    if not target.is_secure:
        return "It must begin with https://."
    return "" if _is_public(target.host) else "The address must be a public one."


def _is_public(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        host = host.rstrip(".").lower()
        return "." in host and not host.endswith(_INNER)
    return is_public(host)
