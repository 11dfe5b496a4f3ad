"""Which addresses may be called at all, as far as their text tells."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings

from bookyflow.core.errors import DomainError
from bookyflow.core.outgoing import (
    LONGEST_ADDRESS,
    Resolve,
    address_check,
    any_address,
    public_addresses,
)
from bookyflow.core.public_addresses import is_public

LONGEST = LONGEST_ADDRESS

_INNER = (".localhost", ".local", ".localdomain", ".internal", ".intranet", ".lan", ".home.arpa")


def address_problem(url: str) -> str:
    """Why an address cannot be that of a webhook; "" where it can, as far as its text tells.

    It must be https and public, but for the hosts that the operator allows. What its name stands
    for is looked at when it is called.
    """
    try:
        target = address_check(url)
    except DomainError as error:
        return error.detail
    if target.host in settings.WEBHOOK_ALLOWED_HOSTS:
        return ""
    if not target.is_secure:
        return "It must begin with https://."
    return "" if _is_public(target.host) else "The address must be a public one."


def resolver(url: str) -> Resolve:
    """How the host of an address is looked up: public addresses only, unless it is allowed.

    Raises DomainError `address_not_allowed` for an address that cannot be a webhook's any more.
    """
    if problem := address_problem(url):
        raise DomainError("address_not_allowed", problem)
    is_allowed = address_check(url).host in settings.WEBHOOK_ALLOWED_HOSTS
    return any_address if is_allowed else public_addresses


def _is_public(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        host = host.rstrip(".").lower()
        return "." in host and not host.endswith(_INNER)
    return is_public(host)
