"""How often somebody may try a password or secret.

Counted by (name, address), so that nobody can lock somebody else out by trying from elsewhere.
"""

from __future__ import annotations

import hashlib

from django.core.cache import cache

from bookyflow.core.errors import DomainError

ALLOWED_FAILURES = 10
WITHIN = 15 * 60  # seconds


class TooManyAttempts(DomainError):
    """rate_limited, with the seconds to wait in `retry_after`."""

    def __init__(self) -> None:
        super().__init__("rate_limited", "Too many failed attempts; try again later.")
        self.retry_after = WITHIN


def check(name: str, address: str) -> None:
    """Raise DomainError rate_limited after too many failures of this name from this address."""
    if cache.get(_key(name, address), 0) >= ALLOWED_FAILURES:
        raise TooManyAttempts


def failed(name: str, address: str) -> None:
    """Count a failure; the quarter of an hour starts with the first one."""
    key = _key(name, address)
    if not cache.add(key, 1, WITHIN):
        try:
            cache.incr(key)
        except ValueError:  # it ran out between the two calls
            cache.set(key, 1, WITHIN)


def succeeded(name: str, address: str) -> None:
    """Start anew."""
    cache.delete(_key(name, address))


def _key(name: str, address: str) -> str:
    # A digest, since caches refuse long keys and blanks.
    digest = hashlib.sha256(f"{name.casefold()}\n{address}".encode()).hexdigest()
    return f"attempts:{digest}"
