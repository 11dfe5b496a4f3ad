"""What is said of a server that is too old, or has other clocks."""

from __future__ import annotations

import os
import subprocess
import sys
import zoneinfo
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.checks import run_checks
from django.db import connection

from bookyflow.core import server_checks
from bookyflow.embedded.server import Server

ROOT = Path(server_checks.__file__).parents[2]


@pytest.mark.parametrize(("version", "ids"), [(14, ["core.E008"]), (15, []), (18, [])])
def test_a_server_older_than_15_is_refused(version, ids):
    assert [error.id for error in server_checks._errors(version)] == ids


@pytest.fixture
def old_table(tmp_path):
    """Python with Tokyo's clock for Vancouver, as if it had another table than the database."""
    directory = tmp_path / "America"
    directory.mkdir()
    tables = Path(find_spec("tzdata").submodule_search_locations[0]) / "zoneinfo"
    (directory / "Vancouver").write_bytes((tables / "Asia" / "Tokyo").read_bytes())
    zoneinfo.reset_tzpath(to=[tmp_path])
    ZoneInfo.clear_cache()
    yield
    zoneinfo.reset_tzpath(to=())
    ZoneInfo.clear_cache()


@pytest.fixture
def system_server(settings):
    """The database as one of the system's."""
    settings.DATABASE_URL = "postgresql://db.example.org/bookyflow"


@pytest.mark.django_db
def test_the_server_is_looked_at_where_databases_are_checked(monkeypatch, system_server):
    monkeypatch.setattr(server_checks, "ZONES", ("Europe/London", "Australia/Lord_Howe"))
    assert run_checks(tags=["database"], databases=["default"]) == []
    assert server_checks._version(connection) >= server_checks.LEAST_POSTGRES

    monkeypatch.setattr(server_checks, "LEAST_POSTGRES", 99)

    (error,) = run_checks(tags=["database"], databases=["default"])
    assert error.id == "core.E008"


@pytest.mark.django_db
def test_a_server_with_other_time_zones_is_warned_about(
    monkeypatch, settings, old_table, system_server
):
    monkeypatch.setattr(server_checks, "ZONES", ("America/Vancouver", "Europe/London"))

    (warning,) = run_checks(tags=["database"], databases=["default"])

    assert warning.id == "core.W005"
    assert "America/Vancouver" in warning.msg
    assert "9:00:00 here" in warning.msg
    assert "Europe/London" not in warning.msg
    settings.DATABASE_URL = Server(settings.VAR_DIR / "postgres").url
    assert run_checks(tags=["database"], databases=["default"]) == []


@pytest.mark.django_db(transaction=True)
def test_the_web_process_logs_it(caplog, monkeypatch, old_table, system_server):
    monkeypatch.setattr(server_checks, "ZONES", ("Europe/London",))
    server_checks.warn_of_other_clocks()
    assert caplog.text == ""

    monkeypatch.setattr(server_checks, "ZONES", ("America/Vancouver", "Europe/London"))
    server_checks.warn_of_other_clocks()

    assert "America/Vancouver" in caplog.text


def test_the_locked_time_zones_decide_whatever_the_machine_has(tmp_path):
    (tmp_path / "America").mkdir()
    (tmp_path / "America" / "Vancouver").write_bytes(b"TZif: an older table")
    code = (
        "import django; django.setup(); import zoneinfo, datetime;"
        "print(zoneinfo.TZPATH, datetime.datetime(2027, 1, 15,"
        " tzinfo=zoneinfo.ZoneInfo('America/Vancouver')).utcoffset())"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "bookyflow.settings",
        "PYTHONTZPATH": str(tmp_path),
    }

    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert result.stdout.strip() == "() -1 day, 17:00:00"


def test_here_too():
    assert zoneinfo.TZPATH == ()
    winter = datetime(2027, 1, 15, tzinfo=UTC).astimezone(ZoneInfo("America/Vancouver"))
    assert winter.utcoffset().total_seconds() == -7 * 3600
