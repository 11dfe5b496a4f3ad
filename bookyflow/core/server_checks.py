"""What the PostgreSQL server must be, and which clocks it should have."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004  # Django's name
from django.db import DatabaseError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from bookyflow.core import sql
from bookyflow.core.checks import names_embedded

LEAST_POSTGRES = 15  # older ones leave out constraints with NULLS NOT DISTINCT, without a word
# Zones whose rules have changed lately, or are odd: where an older table is, it differs here.
ZONES = (
    "Africa/Casablanca",
    "America/Havana",
    "America/Vancouver",
    "America/Winnipeg",
    "Australia/Lord_Howe",
    "Europe/Chisinau",
    "Europe/London",
)
AHEAD = tuple(timedelta(days=days) for days in range(0, 366, 30))  # stays are booked for a year

logger = logging.getLogger(__name__)


@register(Tags.database)
def server_fits(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **options: Any
) -> list[CheckMessage]:
    """Errors where the server is too old, warnings where its time zones are others.

    Runs with `migrate` and `check --database default`. Nobody can bring the time zones of the
    embedded server up to date, so that nothing is said of them.
    """
    found: list[CheckMessage] = []
    for alias in databases or ():
        found += _errors(_version(connections[alias]))
        if not found and not names_embedded(settings.DATABASE_URL):
            found += _warnings(connections[alias])
    return found


def warn_of_other_clocks() -> None:
    """Log where Python and the database tell the time differently. For the web process.

    Says nothing where the database is out of reach, or the embedded one.
    """
    if names_embedded(settings.DATABASE_URL):
        return
    try:
        for warning in _warnings(connection):
            logger.warning("%s %s", warning.msg, warning.hint)
    except DatabaseError:
        pass
    finally:
        connection.close()  # back to the pool: this thread answers no requests


def _version(database: BaseDatabaseWrapper) -> int:
    """The major version of the server."""
    with database.cursor() as cursor:
        cursor.execute(sql.SERVER_VERSION)
        return int(cursor.fetchone()[0])


def _errors(version: int) -> Iterator[Error]:
    if version < LEAST_POSTGRES:
        yield Error(
            f"The server is PostgreSQL {version}; {LEAST_POSTGRES} or newer is needed.",
            hint="Upgrade it before the tables are made: some constraints would be missing.",
            id="core.E008",
        )


def _warnings(database: BaseDatabaseWrapper) -> Iterator[Warning]:
    """One warning that names the zones, or none."""
    now = datetime.now(UTC)
    with database.cursor() as cursor:
        cursor.execute(
            sql.OFFSETS, {"zones": list(ZONES), "moments": [now + ahead for ahead in AHEAD]}
        )
        rows = cursor.fetchall()
    other: dict[str, str] = {}
    for zone, moment, offset in rows:
        ours = moment.astimezone(ZoneInfo(zone)).utcoffset()
        if ours != offset:
            other.setdefault(zone, f"{zone} on {moment:%Y-%m-%d}: {ours} here, {offset} there")
    if other:
        yield Warning(
            f"The database's time zones are not those of Python. {'; '.join(other.values())}.",
            hint="BookyFlow itself asks Python only; SQL of your own may err. "
            "Bring PostgreSQL's time zones (mostly the system package tzdata) up to date.",
            id="core.W005",
        )
