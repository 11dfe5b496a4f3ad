"""Faulty packages in processes of their own, as an operator would meet them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from tests.plugins.packages import manifest, write_app, write_distribution

pytestmark = pytest.mark.django_db
MISSING = "ModuleNotFoundError: No module named 'nowhere'"


@pytest.fixture
def manage(tmp_path: Path):
    """Run manage.py with the packages of `tmp_path` installed, on the database of the tests."""
    database = connection.settings_dict["NAME"]
    environment = os.environ | {
        "PYTHONPATH": str(tmp_path),
        "BOOKYFLOW_VAR": str(tmp_path / "var"),
        "DATABASE_URL": urlsplit(settings.DATABASE_URL)._replace(path=f"/{database}").geturl(),
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_broken_packages_are_reported_and_stop_nothing(tmp_path, manage):
    write_app(tmp_path / "acme_import", manifest("pool"), init="import nowhere\n")
    write_app(tmp_path / "acme_urls", manifest("sauna"), urls="import nowhere\n")
    write_app(tmp_path / "acme_manifest", manifest("bath", section="spa"))
    write_app(tmp_path / "acme_bare", manifest("bare"), urls="urlpatterns = []\n")
    for package in ("acme_import", "acme_urls", "acme_manifest", "acme_bare"):
        write_distribution(tmp_path, package)

    check = manage("check")
    assert check.returncode == 0, check.stderr
    for package in ("acme_import", "acme_urls", "acme_manifest"):
        assert f"{package}: (plugins.W001)" in check.stderr
    assert f"HINT: {MISSING}" in check.stderr
    assert "bare: (api.W003) No endpoint uses scope bare_get." in check.stderr

    listed = manage("features", "list")
    assert listed.returncode == 0, listed.stderr
    states = {line.split()[0]: line for line in listed.stdout.splitlines()}
    assert f"broken: {MISSING}" in states["pool"]
    assert f"broken: {MISSING}" in states["sauna"]
    assert "section: 'spa' is not one of" in states["acme_manifest"]
    assert "not installed" in states["bare"]

    for name, reason in (("sauna", MISSING), ("bare", "No endpoint uses scope bare_get")):
        refused = manage("features", "install", name)
        assert refused.returncode == 1
        assert reason in refused.stderr
