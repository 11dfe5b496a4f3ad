"""An installation without a SECRET_KEY has one of its own, which nobody else knows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bookyflow.core import dev_secret
from bookyflow.core.crypto import encrypt, keyed_digest

ROOT = Path(dev_secret.__file__).parents[2]
NAMES = ("SECRET_KEY", "ENCRYPTION_KEYS", "HASH_KEY")


def start(var, code, **environment):
    """A process that loads the settings, with its files in `var`."""
    clean = {k: v for k, v in os.environ.items() if k.removesuffix("_FILE") not in NAMES}
    return subprocess.Popen(
        [sys.executable, "-c", f"from bookyflow import settings; {code}"],
        cwd=ROOT,
        env={**clean, "BOOKYFLOW_VAR": str(var), **environment},
        stdout=subprocess.PIPE,
        text=True,
    )


def keys_of(var, **environment):
    code = f"print(*(getattr(settings, name) for name in {NAMES}))"
    output, _ = start(var, code, **environment).communicate(timeout=60)
    return output.split()


def test_two_installations_have_different_keys_and_each_keeps_its_own(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"

    first = keys_of(here)

    assert keys_of(here) == first
    assert not set(first) & set(keys_of(there))


def test_only_its_owner_reads_the_secret(tmp_path):
    secret = dev_secret.secret_in(tmp_path)

    (path,) = tmp_path.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(secret) >= 50


def test_processes_that_start_at_once_agree(tmp_path):
    code = "print(settings.SECRET_KEY)"
    started = [start(tmp_path, code) for _ in range(4)]

    assert len({process.communicate(timeout=60)[0] for process in started}) == 1
    assert [path.name for path in tmp_path.glob("secret*")] == ["secret_key"]


def test_production_without_keys_has_none_that_could_be_known(tmp_path):
    first = keys_of(tmp_path, BOOKYFLOW_ENV="production")
    second = keys_of(tmp_path, BOOKYFLOW_ENV="production")

    assert first != second
    assert first[1:] == ["[]"]
    assert not (tmp_path / "secret_key").exists()


def test_nothing_is_encrypted_or_looked_up_without_keys(settings):
    settings.ENCRYPTION_KEYS = []
    settings.HASH_KEY = ""

    with pytest.raises(ValueError, match="no key in ENCRYPTION_KEYS"):
        encrypt("Ada")
    with pytest.raises(ValueError, match="HASH_KEY"):
        keyed_digest("ada@guest.example")
