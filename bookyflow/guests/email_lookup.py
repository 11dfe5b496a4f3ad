"""How a guest is found again by an e-mail address that is encrypted."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from django.core.validators import EmailValidator
from django.utils.encoding import punycode

from bookyflow.core.crypto import keyed_digest

_BEYOND_ASCII = re.compile(r"[^\x00-\x9f\s]")
# Whose addresses pass mail on to guests for a while, or are one for all of them: no identity.
RELAYS = frozenset(
    {
        "agoda-messaging.com",
        "guest.airbnb.com",
        "guest.booking.com",
        "guest.trip.com",
        "host.airbnb.com",
        "m.expediapartnercentral.com",
        "messages.homeaway.com",
        "property.booking.com",
        "reply.airbnb.com",
    }
)
_NOBODY = re.compile(r"(no|do-?not)[-_.]?reply\b")


class AnyEmail(EmailValidator):
    """An address as others know it: letters of every script before the @ as well (RFC 6531).

    For addresses that come from elsewhere; who writes to us is asked for one that every mail
    server takes.
    """

    def __call__(self, value: str | None) -> None:
        """Raise ValidationError for what is no address."""
        local, at, domain = (value or "").rpartition("@")
        super().__call__(_BEYOND_ASCII.sub("x", local) + at + domain)


def email_hash(email: str) -> str | None:
    """64 hex digits that are the same for every spelling of an address; None for none.

    Case, margins, how accents are composed, and whether an international domain is written in its
    own letters or in Punycode do not count.
    """
    local, at, domain = unicodedata.normalize("NFC", email.strip()).lower().rpartition("@")
    return keyed_digest(f"{local}{at}{_ascii(domain)}") if domain else None


def identity_hash(email: str) -> str | None:
    """As `email_hash`, by which a guest is found again; None for an address that says nobody.

    Such as those by which booking sites pass mail on, of which two guests may have the same.
    """
    return None if is_relay(email) else email_hash(email)


def is_relay(email: str) -> bool:
    """Whether an address belongs to a booking site's relay, or takes no mail at all."""
    local, _, domain = email.strip().lower().rpartition("@")
    parts = domain.split(".")
    within = {".".join(parts[place:]) for place in range(len(parts))}
    return bool(RELAYS & within) or _NOBODY.match(local) is not None


@lru_cache(maxsize=256)
def _ascii(domain: str) -> str:
    """The name that mail goes to; as it is where it cannot be one."""
    try:
        return punycode(domain)
    except UnicodeError:
        return domain
