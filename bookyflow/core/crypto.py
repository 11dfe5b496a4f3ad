"""Encryption at rest, and keyed hashes for looking up what is encrypted.

Keys come from ENCRYPTION_KEYS, newest first: the first encrypts, all decrypt, so that a new key
can be put in front at any time. There are two kinds: `aesgcm:` and 64 hex digits, for AES-256-GCM;
and Fernet's, of which a text takes ten times as long to open. The keyed hash uses HASH_KEY, which
does not rotate.
"""

from __future__ import annotations

import binascii
import hmac
import os
from collections.abc import Sequence
from functools import cache
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

KIND = "aesgcm:"  # in front of such a key
_MARK = "gcm."  # in front of what such a key has encrypted; Fernet's begin with gAAAA
_MARK_BYTES = _MARK.encode()
_DIGITS = 64
# At random for each text: that two of 2 ** 32 under one key have the same has a chance of 2 ** -33.
_NONCE = 12


_UNFIT = (InvalidTag, InvalidToken, ValueError)  # the last for what is no ciphertext at all


class _Key(Protocol):
    """A key: `open` raises one of _UNFIT for what it has not encrypted."""

    def seal(self, text: bytes) -> str:
        """Ciphertext."""

    def open(self, token: str) -> bytes:
        """The text of `seal`."""


class _Gcm:
    def __init__(self, key: bytes) -> None:
        self._key = AESGCM(key)

    def seal(self, text: bytes) -> str:
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._key.encrypt(nonce, text, _MARK_BYTES)
        return _MARK + binascii.b2a_base64(sealed, newline=False).decode()

    def open(self, token: str) -> bytes:
        if not token.startswith(_MARK):
            raise InvalidToken
        sealed = binascii.a2b_base64(token[len(_MARK) :], strict_mode=True)
        return self._key.decrypt(sealed[:_NONCE], sealed[_NONCE:], _MARK_BYTES)


class _Fernet:
    def __init__(self, key: str) -> None:
        self._key = Fernet(key)

    def seal(self, text: bytes) -> str:
        return self._key.encrypt(text).decode()

    def open(self, token: str) -> bytes:
        return self._key.decrypt(token)


def is_key(text: str) -> bool:
    """Whether it is a key of either kind."""
    try:
        _key(text)
    except ValueError:
        return False
    return True


def _key(text: str) -> _Key:
    if not text.startswith(KIND):
        return _Fernet(text)
    digits = text.removeprefix(KIND)
    if len(digits) != _DIGITS:
        raise ValueError(f"{KIND} needs {_DIGITS} hex digits behind it")
    return _Gcm(bytes.fromhex(digits))


@cache
def _known(keys: tuple[str, ...]) -> list[_Key]:
    return [_key(key) for key in keys]


def _keys() -> list[_Key]:
    found = _known(tuple(settings.ENCRYPTION_KEYS))
    if not found:
        raise ValueError("there is no key in ENCRYPTION_KEYS")
    return found


def encrypt(text: str) -> str:
    """Ciphertext of `text`; the empty text stays empty. Raises ValueError where there is no key."""
    return _keys()[0].seal(text.encode()) if text else ""


def decrypt(token: str) -> str:
    """The text of `encrypt`. Raises ValueError when no known key fits."""
    return decrypt_all([token])[0]


def decrypt_all(tokens: Sequence[str]) -> list[str]:
    """The texts of many tokens of `encrypt`. Raises ValueError when no known key fits one."""
    if not any(tokens):
        return [""] * len(tokens)
    keys = _keys()
    return [_opened(keys, token).decode() if token else "" for token in tokens]


def renewed(token: str) -> str | None:
    """What `encrypt` gives now for the text of `token`; None where that has the newest key.

    The empty text needs no key. Raises ValueError when no known key fits.
    """
    if not token:
        return None
    newest, *older = _keys()
    try:
        newest.open(token)
    except _UNFIT:
        return newest.seal(_opened(older, token))
    return None


def _opened(keys: Sequence[_Key], token: str) -> bytes:
    for key in keys:
        try:
            return key.open(token)
        except _UNFIT:
            continue
    raise ValueError("no key in ENCRYPTION_KEYS decrypts this value")


def keyed_digest(text: str) -> str:
    """64 hex digits that differ for every text, and tell nothing of it without HASH_KEY.

    An encrypted value is found again by the digest of its one spelling. Raises ValueError where
    there is no HASH_KEY.
    """
    if not settings.HASH_KEY:
        raise ValueError("there is no HASH_KEY")
    return hmac.digest(settings.HASH_KEY.encode(), text.encode(), "sha256").hex()
