"""Back-ups of a site that has been used, restored to copies, and what is there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from benchmarks import mischief
from benchmarks.drill import parts
from benchmarks.drill.crowd import Crowd
from benchmarks.drill.journey import journey
from benchmarks.drill.parts import OWNER, Postgres
from benchmarks.drill.site import ARCHIVE, Site
from benchmarks.serving import HOST, free_port

BASE = "base"  # the file-system copy, in the site's directory
ARCHIVED = 60.0  # seconds that the last piece of log may take
APART = 1_000_000_000  # positions of the feed that are left out after a dump was restored
LEAVE_OUT = "UPDATE events_lastposition SET position = position + 1000000000"  # docs/operations.md
TABLES = """
    SELECT quote_ident(table_name) FROM information_schema.tables
    WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name
"""
LAST_EVENT = "SELECT coalesce(max(position), 0) FROM events_event"
MISTAKE = "DELETE FROM availability_occupancy"


def base_copy(site: Site) -> None:
    """Copy the running cluster's files, for a recovery to any moment from now on."""
    site.postgres.copy_to(site.directory / BASE)


def from_dump(site: Site, uid: int, crowd: Crowd) -> list[str]:
    """Dump, restore to a cluster in which nothing has happened, go on there; what does not hold."""
    began = time.monotonic()
    file = site.postgres.directory / "bookyflow.dump"
    rows = _dump(site.postgres, file)
    dumped = time.monotonic()
    copy = Postgres(site.machine, site.directory / "copy", site.postgres.password)
    try:
        copy.make()
        made = time.monotonic()
        options = ["--no-owner", "--exit-on-error", f"--dbname={copy.url()}"]
        copy.run("pg_restore", *options, file)
        print(
            f"dumped {file.stat().st_size:,} bytes in {dumped - began:.1f} s, "
            f"restored in {time.monotonic() - made:.1f} s"
        )
        now_there = _counts(copy.url())
        found = [
            f"{name} had {count} rows, the copy has {now_there.get(name)}"
            for name, count in rows.items()
            if count != now_there.get(name)
        ]
        print(f"{len(rows)} tables with {sum(rows.values()):,} rows compared")
        last = _number(copy, LAST_EVENT)
        _do(copy, LEAVE_OUT)
        found += _goes_on(site, copy, uid, crowd)
        now = _number(copy, LAST_EVENT)  # with events of the journey
        print(f"feed: last position {last} before, {now} after")
        if now <= last + APART:
            found.append(f"new events got position {now}, which clients may be beyond")
        return found
    finally:
        copy.part.stop()


def to_a_moment(site: Site, uid: int, crowd: Crowd) -> list[str]:
    """Delete what must not be, and recover to just before, of `base_copy` and archived log.

    Needs `base_copy` from before. The site is broken afterwards.
    """
    there = _number(site.postgres, "SELECT count(*) FROM availability_occupancy")
    moment = _text(site.postgres, "SELECT clock_timestamp()::text")
    time.sleep(1)
    _do(site.postgres, MISTAKE)
    _archived(site.postgres)
    directory = site.directory / BASE
    copy = Postgres(site.machine, directory, site.postgres.password)
    copy.configure(
        f"restore_command = 'cp {site.directory / ARCHIVE}/%f %p'",
        f"recovery_target_time = '{moment}'",
        "recovery_target_action = promote",
        "archive_mode = off",
    )
    (directory / "recovery.signal").touch()
    try:
        began = time.monotonic()
        copy.part.start()
        while _text(copy, "SELECT pg_is_in_recovery()::text") == "true":
            time.sleep(0.1)
        print(f"recovered to {moment} in {time.monotonic() - began:.1f} s")
        _do(copy, LEAVE_OUT)
        found = _goes_on(site, copy, uid, crowd)
        if (now := _number(copy, "SELECT count(*) FROM availability_occupancy")) < there:
            found.append(f"{there} rooms were taken at {moment}, {now} are in the copy")
        return found
    finally:
        copy.part.stop()


def _goes_on(site: Site, copy: Postgres, uid: int, crowd: Crowd) -> list[str]:
    """Serve the copy, look for all that clients were promised, and go through the journey."""
    found = site.audit(copy.url())
    environment = site.environment(copy.url())
    site.run("manage.py", "migrate", "--check", environment=environment)
    check = ["check", "--deploy", "--database", "default", "--fail-level", "ERROR"]
    site.run("manage.py", *check, environment=environment)
    with _served(site, environment) as url, site.client(url=url) as client:
        lost = mischief.missing(client, crowd.ledger, uid)
        print(f"{crowd.promises()} promises looked for in the copy, {len(lost)} not there")
        print("journey on the copy:", journey(client, uid), flush=True)
        client.get(f"/cmf/property/change/log/{uid}")  # without a worker, readers number events
    return [*found, *([f"lost: {lost[:10]}"] if lost else [])]


@contextmanager
def _served(site: Site, environment: dict[str, str]) -> Iterator[str]:
    port = free_port()
    part = parts.web("web of the copy", site.code, site.python, environment, port)
    try:
        part.start()
        yield f"http://{HOST}:{port}"
    finally:
        part.stop()


def _dump(postgres: Postgres, file: Path) -> dict[str, int]:
    """Dump to a file while the site goes on; the tables as the dump has them, and their rows."""
    with psycopg.connect(postgres.url()) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        options = ["--format=custom", f"--file={file}", f"--snapshot={snapshot}"]
        postgres.run("pg_dump", *options, postgres.url())
        return _rows(connection)


def _counts(url: str) -> dict[str, int]:
    with psycopg.connect(url) as connection:
        return _rows(connection)


def _rows(connection: psycopg.Connection) -> dict[str, int]:
    """How many rows each table has."""
    counted: dict[str, int] = {}
    for (name,) in connection.execute(TABLES).fetchall():
        query = f"SELECT count(*) FROM {name}".encode()  # noqa: S608  # of the catalogue, quoted
        counted[name] = (connection.execute(query).fetchone() or (0,))[0]
    return counted


def _archived(postgres: Postgres) -> None:
    """Wait until all that has been written so far is in the archive."""
    with psycopg.connect(postgres.url("postgres", OWNER), autocommit=True) as admin:
        row = admin.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
        deadline = time.monotonic() + ARCHIVED
        query = "SELECT last_archived_wal >= %s FROM pg_stat_archiver"
        while admin.execute(query, row).fetchone() != (True,):
            if time.monotonic() > deadline:
                raise TimeoutError("the log is not archived")
            time.sleep(0.2)


def _do(postgres: Postgres, statement: str) -> None:
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(statement.encode())


def _number(postgres: Postgres, query: str) -> int:
    return int(_text(postgres, query))


def _text(postgres: Postgres, query: str) -> str:
    with psycopg.connect(postgres.url()) as connection:
        row = connection.execute(query.encode()).fetchone()
    return str(row[0]) if row else ""
