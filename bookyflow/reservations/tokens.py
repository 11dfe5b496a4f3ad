"""Signed texts that let somebody without an account prove what they were given."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.utils import timezone

from bookyflow.core.crypto import keyed_digest
from bookyflow.core.errors import DomainError

QUOTE_SALT = "bookyflow.quote"
GUEST_SALT = "bookyflow.guest"
QUOTE_LIFETIME = timedelta(minutes=30)


def quote_sign(content: dict[str, Any]) -> tuple[str, datetime]:
    """A quote as a text that nobody else can make, and until when it holds.

    No two texts are alike, so that each can be used up by itself.
    """
    expires_at = timezone.now() + QUOTE_LIFETIME
    text = signing.dumps([secrets.token_hex(8), content], salt=QUOTE_SALT, compress=True)
    return text, expires_at


def quote_read(text: str) -> dict[str, Any]:
    """What was signed. Raises DomainError `quote_expired` or `quote_invalid`."""
    try:
        _, content = signing.loads(text, salt=QUOTE_SALT, max_age=QUOTE_LIFETIME)
    except signing.SignatureExpired:
        raise DomainError("quote_expired") from None
    except signing.BadSignature:
        raise DomainError("quote_invalid", fields={"quote": ["Invalid quote."]}) from None
    return dict(content)


def guest_token(guest_id: int) -> str:
    """What a property puts in a personal link, so that the guest gets the guest's own discount."""
    return signing.dumps(guest_id, salt=GUEST_SALT)


def guest_of(token: str) -> int:
    """The guest of a personal link. Raises DomainError `validation_failed`."""
    try:
        return int(signing.loads(token, salt=GUEST_SALT))
    except signing.BadSignature:
        raise DomainError("validation_failed", fields={"guest_token": ["Invalid token."]}) from None


def booking_token(number: str) -> str:
    """The secret that goes with a booking number: who has both may read and cancel.

    It follows from the number, so that a repeated call answers with the same one and nothing needs
    to be kept.
    """
    return keyed_digest(f"booking token {number}")[:43]


def is_booking_token(number: str, token: str) -> bool:
    """Whether `token` is the one of a booking number; takes as long for wrong ones."""
    return hmac.compare_digest(booking_token(number).encode(), token.encode())
