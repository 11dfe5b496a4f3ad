"""Signed texts that let somebody without an account prove what they were given."""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext

from bookyflow.core.crypto import keyed_digest
from bookyflow.core.errors import DomainError
from bookyflow.core.json_text import json_text

QUOTE_SALT = "bookyflow.quote"
GUEST_SALT = "bookyflow.personal_link"
QUOTE_LIFETIME = timedelta(minutes=30)
FEW_LINES = 20  # to compress what is no longer takes as long as to price it


def quote_sign(content: dict[str, Any]) -> tuple[str, datetime]:
    """A quote as a text that nobody else can make, and until when it holds.

    No two texts are alike, so that each can be used up by itself.
    """
    expires_at = timezone.now() + QUOTE_LIFETIME
    is_long = len(content.get("lines", ())) > FEW_LINES
    text = signing.dumps(
        [secrets.token_hex(8), content], salt=QUOTE_SALT, serializer=_Written, compress=is_long
    )
    return text, expires_at


class _Written:
    """JSON as Django signs it, in a tenth of the time."""

    def dumps(self, value: Any) -> bytes:
        """All of it ASCII: Django, and with it version 0.2.0, reads each byte as a letter."""
        text = json_text(value)
        return (text if text.isascii() else json.dumps(value)).encode("ascii")

    def loads(self, data: bytes) -> Any:
        """What was written, by this or by Django."""
        return json.loads(data)


def quote_read(text: str) -> dict[str, Any]:
    """What was signed. Raises DomainError `quote_expired` or `quote_invalid`."""
    try:
        _, content = signing.loads(
            text, salt=QUOTE_SALT, serializer=_Written, max_age=QUOTE_LIFETIME
        )
    except signing.SignatureExpired:
        raise DomainError("quote_expired") from None
    except signing.BadSignature:
        raise DomainError("quote_invalid", fields={"quote": [gettext("Invalid quote.")]}) from None
    return dict(content)


@dataclass(frozen=True)
class PersonalLink:
    """Whom a personal link is for, and which of the guest's links it is: older ones are void."""

    guest_id: int
    version: int


def guest_token(guest_id: int, version: int = 0) -> str:
    """What a property puts in a personal link, so that the guest gets the guest's own discount.

    `version` is the guest's `token_version`.
    """
    return signing.dumps([guest_id, version], salt=GUEST_SALT)


def guest_token_read(token: str) -> PersonalLink:
    """What a personal link says. Raises DomainError `validation_failed`.

    Whether it has been revoked is to be asked of the guest's row.
    """
    try:
        guest_id, version = signing.loads(token, salt=GUEST_SALT)
    except signing.BadSignature:
        raise guest_token_invalid() from None
    return PersonalLink(guest_id, version)


def guest_token_invalid() -> DomainError:
    """The refusal of a personal link that is wrong, or has been revoked."""
    return DomainError("validation_failed", fields={"guest_token": [gettext("Invalid token.")]})


def booking_token(number: str, version: int = 0) -> str:
    """The secret that goes with a booking number: who has both may read and cancel.

    It follows from the number and the booking's `token_version`, so that a repeated call answers
    with the same one and nothing needs to be kept. A hold has the first one.
    """
    return _booking_token(number, str(version))


def booking_token_read(number: str, token: str) -> int:
    """The version of a booking's token; no row is needed to refuse a wrong one.

    Takes as long for wrong ones. Whether it has been revoked is to be asked of the booking's row.
    Raises DomainError `booking_not_found`.
    """
    version, _, _ = token.partition(".")
    if not hmac.compare_digest(_booking_token(number, version).encode(), token.encode()):
        raise DomainError("booking_not_found")
    return int(version)


def _booking_token(number: str, version: str) -> str:
    return f"{version}.{keyed_digest(f'booking token {number} {version}')[:43]}"
