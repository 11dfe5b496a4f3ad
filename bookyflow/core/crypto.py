"""Encryption at rest, and keyed hashes for looking up what is encrypted.

Keys come from ENCRYPTION_KEYS, newest first: the first encrypts, all decrypt, so that a new key
can be put in front at any time. The keyed hash uses HASH_KEY, which does not rotate.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


@cache
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str) -> str:
    """Ciphertext of `text`; the empty text stays empty. Raises ValueError where there is no key."""
    return _fernet(tuple(settings.ENCRYPTION_KEYS)).encrypt(text.encode()).decode() if text else ""


def decrypt(token: str) -> str:
    """The text of `encrypt`. Raises ValueError when no known key fits."""
    return decrypt_all([token])[0]


def decrypt_all(tokens: Sequence[str]) -> list[str]:
    """The texts of many tokens of `encrypt`. Raises ValueError when no known key fits one."""
    if not any(tokens):
        return [""] * len(tokens)
    opened = _fernet(tuple(settings.ENCRYPTION_KEYS)).decrypt
    try:
        return [opened(token).decode() if token else "" for token in tokens]
    except InvalidToken as error:
        raise ValueError("no key in ENCRYPTION_KEYS decrypts this value") from error


def renewed(token: str) -> str | None:
    """What `encrypt` gives now for the text of `token`; None where that has the newest key.

    The empty text needs no key. Raises ValueError when no known key fits.
    """
    keys = tuple(settings.ENCRYPTION_KEYS)
    if not token or _fits(keys[:1], token):
        return None
    try:
        return _fernet(keys).rotate(token).decode()
    except InvalidToken as error:
        raise ValueError("no key in ENCRYPTION_KEYS decrypts this value") from error


def _fits(keys: tuple[str, ...], token: str) -> bool:
    try:
        _fernet(keys).decrypt(token)
    except InvalidToken:
        return False
    return True


def keyed_digest(text: str) -> str:
    """64 hex digits that differ for every text, and tell nothing of it without HASH_KEY.

    An encrypted value is found again by the digest of its one spelling. Raises ValueError where
    there is no HASH_KEY.
    """
    if not settings.HASH_KEY:
        raise ValueError("there is no HASH_KEY")
    return hmac.new(settings.HASH_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
