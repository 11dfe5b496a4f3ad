"""How a guest is found again by an e-mail address that is encrypted."""

from __future__ import annotations

import unicodedata

from django.utils.encoding import punycode

from bookyflow.core.crypto import keyed_digest


def email_hash(email: str) -> str | None:
    """64 hex digits that are the same for every spelling of an address; None for none.

    Case, margins, how accents are composed, and whether an international domain is written in its
    own letters or in Punycode do not count.
    """
    local, at, domain = unicodedata.normalize("NFC", email.strip()).lower().rpartition("@")
    return keyed_digest(f"{local}{at}{_ascii(domain)}") if domain else None


def _ascii(domain: str) -> str:
    """The name that mail goes to; as it is where it cannot be one."""
    try:
        return punycode(domain)
    except UnicodeError:
        return domain
