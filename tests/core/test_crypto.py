"""Texts that keys of both kinds have encrypted."""

from __future__ import annotations

import pytest

from bookyflow.core.crypto import decrypt, decrypt_all, encrypt, is_key, renewed

GCM, OTHER = (f"aesgcm:{digits * 32}" for digits in ("5e", "7f"))
FERNET = "bmV3LWtleS1uZXcta2V5LW5ldy1rZXktbmV3LWtleSE="
NOT_ENCRYPTED = ["gcm.", "gcm.AAAA", "gcm.=", "gcm.ä", "gcm", "gAAAAA", "x" * 100]
TEXT = "Zoë Ångström, 12 Quay Street"


@pytest.fixture(params=[GCM, FERNET])
def key(request, settings):
    settings.ENCRYPTION_KEYS = [request.param]
    return request.param


def test_a_text_comes_back_and_is_not_to_be_seen(key):
    token = encrypt(TEXT)

    assert token.isascii()
    assert "Quay" not in token
    assert decrypt(token) == TEXT
    assert encrypt(TEXT) != token


def test_the_empty_text_stays_empty(key):
    assert encrypt("") == decrypt("") == ""
    assert decrypt_all(["", encrypt(TEXT)]) == ["", TEXT]


def test_without_a_key_nothing_is_encrypted(settings):
    settings.ENCRYPTION_KEYS = []

    with pytest.raises(ValueError, match="no key"):
        encrypt(TEXT)


@pytest.mark.parametrize("place", range(0, 60, 7))
def test_a_changed_character_is_noticed(key, place):
    token = encrypt(TEXT)
    other = "A" if token[place] != "A" else "B"

    with pytest.raises(ValueError, match="no key"):
        decrypt(token[:place] + other + token[place + 1 :])


@pytest.mark.parametrize("token", NOT_ENCRYPTED)
def test_what_is_no_ciphertext_is_refused(key, token):
    with pytest.raises(ValueError, match="no key"):
        decrypt(token)


@pytest.mark.parametrize(("old", "new"), [(FERNET, GCM), (GCM, FERNET), (GCM, OTHER)])
def test_a_key_takes_the_place_of_another(settings, old, new):
    settings.ENCRYPTION_KEYS = [old]
    token = encrypt(TEXT)
    settings.ENCRYPTION_KEYS = [new, old]

    assert decrypt(token) == TEXT
    again = renewed(token)
    assert again is not None
    assert renewed(again) is None

    settings.ENCRYPTION_KEYS = [new]
    assert decrypt(again) == TEXT
    with pytest.raises(ValueError, match="no key"):
        renewed(token)


@pytest.mark.parametrize("text", [GCM, FERNET])
def test_keys_are_known(text):
    assert is_key(text)


@pytest.mark.parametrize(
    "text", ["", "aesgcm:", GCM[:-1], GCM + "0", "aesgcm:" + "xy" * 32, FERNET[:-2], "no-key"]
)
def test_anything_else_is_no_key(text):
    assert not is_key(text)
