from __future__ import annotations

import hashlib
import hmac
import secrets

from django.conf import settings

_HALF = 10**5
SECRET_PREFIX = "bfsk_"  # noqa: S105  # a prefix that secret scanners know, not a secret


def booking_number(serial: int) -> str:
    """Ten digits that differ for every serial number below 10**10 and do not tell their order.

    A Feistel network on two halves of five digits, keyed by HASH_KEY: a permutation, so numbers
    are unique without trying.
    """
    key = settings.HASH_KEY.encode()
    left, right = divmod(serial, _HALF)
    for step in range(4):
        message = f"booking {step} {right}".encode()
        mixed = hmac.digest(key, message, "sha256")
        left, right = right, (left + int.from_bytes(mixed[:8], "big")) % _HALF
    return f"{left:05}{right:05}"


def client_id() -> str:
    """A public name for a key pair."""
    return "bfid_" + secrets.token_hex(12)


def client_secret() -> str:
    """256 random bits behind a known prefix."""
    return SECRET_PREFIX + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """SHA-256 in hex. Enough for a random secret of 256 bits, which nobody can guess."""
    return hashlib.sha256(secret.encode()).hexdigest()
