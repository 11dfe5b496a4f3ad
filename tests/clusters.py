"""Copies of the test database in PostgreSQL clusters of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import psycopg
from django.db import connection, connections

from bookyflow.embedded.account import open_ways
from bookyflow.embedded.programs import directory_of_programs
from bookyflow.embedded.server import Server
from bookyflow.settings import database

ROOT = Path(__file__).parents[1]
FRESH = "_fresh"
SCHEMA = os.environ.get("TEST_SCHEMA", "public")  # of all tables that tests use
RUN = """
import sys
from pathlib import Path
from bookyflow.embedded.sharing import database_url
print(database_url(Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""


@contextmanager
def new_cluster(directory: Path) -> Iterator[str]:
    """A cluster in which nothing has happened yet; the URL of its empty database."""
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(directory)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        assert url
        yield url
    finally:
        process.communicate(timeout=60)


@contextmanager
def standby_of(cluster: str, directory: Path) -> Iterator[Server]:
    """A server that follows a cluster of this machine by streaming."""
    server = Server(directory)
    open_ways(directory)
    directory.mkdir(mode=0o700)
    server._give(directory)
    (host,) = parse_qs(urlsplit(cluster).query)["host"]
    source = f"--host={host} --username=postgres --pgdata={directory}"
    how = "--write-recovery-conf --checkpoint=fast --no-sync"
    code, told = server._run("pg_basebackup", *source.split(), *how.split())
    assert code == 0, told
    server.ensure()
    try:
        yield server
    finally:
        server.stop()


def new_database(cluster: str, name: str) -> str:
    """The URL of a new, empty database of a cluster."""
    with psycopg.connect(cluster, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        in_schema(admin, name)
    return urlsplit(cluster)._replace(path=f"/{name}").geturl()


def in_schema(admin: psycopg.Connection, name: str) -> None:
    """Have all who connect to a database find its tables in SCHEMA: a copy is not told of it."""
    admin.execute(f"ALTER DATABASE {name} SET search_path = {SCHEMA}")


def schema_make(**_: object) -> None:
    """Before the test database is migrated: have its tables made in SCHEMA."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        cursor.execute(
            f"ALTER DATABASE {connection.settings_dict['NAME']} SET search_path = {SCHEMA}"
        )
        cursor.execute(f"SET search_path = {SCHEMA}")


def commits_hurry() -> None:
    """Have no commit in this test run's database wait for the disk; it need not survive a crash."""
    name = urlsplit(own_database()).path[1:]
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")


def fresh_make() -> None:
    """Keep a copy of this test run's database in which nothing has happened yet."""
    connection.close()
    connection.close_pool()
    _copy(f"{urlsplit(own_database()).path[1:]}{FRESH}")


def fresh_drop() -> None:
    """Done with it."""
    _drop(f"{urlsplit(own_database()).path[1:]}{FRESH}")


@contextmanager
def fresh_copy(name: str) -> Iterator[str]:
    """The URL of a migrated database of this name and this test run, for processes of their own.

    To migrate one took longer than most of what they do.
    """
    url = urlsplit(own_database())
    own = f"{name}_{url.path[1:]}"
    _copy(own, of=f"{url.path[1:]}{FRESH}")
    try:
        yield url._replace(path=f"/{own}").geturl()
    finally:
        _drop(own)


def _copy(name: str, of: str = "") -> None:
    url = urlsplit(own_database())
    with psycopg.connect(url._replace(path="/postgres").geturl(), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {of or url.path[1:]}")
        in_schema(admin, name)


def _drop(name: str) -> None:
    url = urlsplit(own_database())
    with psycopg.connect(url._replace(path="/postgres").geturl(), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def own_database() -> str:
    """The URL of this test run's database."""
    found = {name: quote(str(value), safe="") for name, value in connection.settings_dict.items()}
    place = f"{found['USER']}:{found['PASSWORD']}@:{found['PORT'] or 5432}/{found['NAME']}"
    return f"postgresql://{place}?host={found['HOST']}"


def program(name: str, *arguments: str | Path) -> str:
    """What one of PostgreSQL's programs prints; it must end well."""
    done = subprocess.run(
        [directory_of_programs() / name, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def connected_to(url: str) -> Iterator[None]:
    """Have this thread's default connection be one of its own, as settings make it of a URL."""
    own = connections["default"]
    other = own.copy("default")
    other.settings_dict |= database(url)
    del other.settings_dict["OPTIONS"]["pool"]
    connections["default"] = other
    try:
        yield
    finally:
        other.close()
        connections["default"] = own


def next_transaction() -> int:
    """A new transaction's id, in the cluster of this thread's connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        (xid,) = cursor.fetchone()
    return int(xid)


def transactions_until(xid: int) -> None:
    """Have the cluster count its transactions up to `xid`, as it does in use."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute(f"""
            DO $$ BEGIN
                WHILE pg_current_xact_id() < '{xid}'::xid8 LOOP COMMIT; END LOOP;
            END $$
        """)
        cursor.execute("RESET synchronous_commit")
