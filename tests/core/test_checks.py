"""`manage.py check --deploy`, run as an operator runs it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bookyflow.core import checks
from bookyflow.embedded.server import Server

ROOT = Path(checks.__file__).parents[2]
READ = (
    "ALLOWED_HOSTS",
    "BOOKYFLOW_ENV",
    "CACHE_URL",
    "DATABASE_URL",
    "DEBUG",
    "EMAIL_FROM",
    "EMAIL_HOST",
    "ENCRYPTION_KEYS",
    "HASH_KEY",
    "RATE_LIMIT_FAILURES",
    "RATE_LIMIT_PUBLIC",
    "RATE_LIMIT_READS",
    "RATE_LIMIT_TOKENS",
    "RATE_LIMIT_WRITES",
    "SECRET_KEY",
    "TRUSTED_PROXIES",
)
COMPLETE = {
    "BOOKYFLOW_ENV": "production",
    "ALLOWED_HOSTS": "book.example.org",
    "CACHE_URL": "redis://cache.example.org/0",
    "DATABASE_URL": "postgresql://bookyflow:secret@db.example.org/bookyflow",
    "EMAIL_FROM": "Harbour <bookings@example.org>",
    "EMAIL_HOST": "smtp.example.org",
    "ENCRYPTION_KEYS": f"aesgcm:{'5e' * 32},{Fernet.generate_key().decode()}",
    "HASH_KEY": "h" * 50,
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "TRUSTED_PROXIES": "10.9.9.9",
}


def run(environment, *command):
    clean = {k: v for k, v in os.environ.items() if k.removesuffix("_FILE") not in READ}
    return subprocess.run(
        [sys.executable, *command],
        check=False,
        cwd=ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def check(environment):
    """Exit code, and the ids that were reported, of our own checks."""
    result = run(environment, "manage.py", "check", "--deploy", "--tag", "security")
    assert "Traceback" not in result.stderr, result.stderr
    ids = re.findall(r"\((core\.[EW]\d{3})\)", result.stderr)
    assert result.stderr.count("HINT:") >= len(ids)
    return result.returncode, sorted(ids)


def test_a_complete_production_site_passes():
    result = run(
        COMPLETE, "manage.py", "check", "--deploy", "--tag", "security", "--fail-level=WARNING"
    )

    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


def test_an_empty_environment_is_reported_in_full():
    code, ids = check({"BOOKYFLOW_ENV": "production", "DEBUG": "1"})

    assert code == 1
    assert ids == [
        *(f"core.E00{number}" for number in range(1, 7)),
        "core.W002",
        "core.W004",
        "core.W006",
    ]


def test_weak_values_are_no_better_than_missing_ones(tmp_path):
    weak = {
        "BOOKYFLOW_VAR": str(tmp_path),
        "DATABASE_URL": Server(tmp_path / "postgres").url,
        "SECRET_KEY": "short",
        "ENCRYPTION_KEYS": f"{Fernet.generate_key().decode()},aesgcm:1234",
        "HASH_KEY": "short",
    }

    code, ids = check(COMPLETE | weak)

    assert code == 1
    assert ids == ["core.E002", "core.E005", "core.E006", "core.E007"]


def test_a_site_without_any_rate_limit_is_warned_about():
    none = {name: "0" for name in READ if name.startswith("RATE_LIMIT_")}

    assert check(COMPLETE | none) == (0, ["core.W007"])


def test_webhooks_to_inner_hosts_are_warned_about():
    assert check(COMPLETE | {"WEBHOOK_ALLOWED_HOSTS": "10.0.0.5"}) == (0, ["core.W008"])


def test_a_replica_without_a_cache_that_processes_share_is_warned_about():
    replica = {"REPLICA_DATABASE_URL": "postgresql://db2.example.org/bookyflow", "CACHE_URL": ""}

    assert check(COMPLETE | replica) == (0, ["core.W002", "core.W009"])


def test_development_is_warned_about_but_no_error(tmp_path):
    code, ids = check(COMPLETE | {"BOOKYFLOW_ENV": "development"})

    assert code == 0
    assert ids == ["core.W001"]


@pytest.mark.parametrize("missing", ["SECRET_KEY", "HASH_KEY"])
def test_the_web_process_does_not_start_unsafe(missing):
    incomplete = {name: value for name, value in COMPLETE.items() if name != missing}

    result = run(incomplete, "-c", "import bookyflow.wsgi")

    assert result.returncode == 1
    assert f"{missing} is missing" in result.stderr.splitlines()[-1]


def test_the_web_process_starts_when_configured_with_all_routes_out_of_the_collectors_sight():
    seen = "import bookyflow.wsgi, gc, sys; print('features.cmf.urls' in sys.modules)"

    result = run(
        COMPLETE, "-c", seen + "; print(len(gc.get_objects()) < gc.get_freeze_count() / 10)"
    )

    assert (result.returncode, result.stdout.split()) == (0, ["True", "True"])
