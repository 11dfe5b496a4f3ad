"""Copies of the test database in PostgreSQL clusters of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.db import connection, connections
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bookyflow.core import embedded

ROOT = Path(embedded.__file__).parents[2]
RUN = """
import sys
from pathlib import Path
from bookyflow.core.embedded import database_url
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


def new_database(cluster: str, name: str) -> str:
    """Where to connect to a new, empty database of a cluster."""
    with psycopg.connect(cluster, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    return make_conninfo(cluster, dbname=name)


def own_database() -> str:
    """Where to connect to the database of this test run."""
    settings = connection.settings_dict
    named = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    given = {key: settings[name] for key, name in named.items() if settings[name]}
    return make_conninfo(dbname=settings["NAME"], **given)


def url_of(conninfo: str) -> str:
    """The same as DATABASE_URL takes it."""
    found = conninfo_to_dict(conninfo)
    user, password = (quote(str(found.get(name, "")), safe="") for name in ("user", "password"))
    host = quote(str(found.get("host", "")), safe="")
    return (
        f"postgresql://{user}:{password}@:{found.get('port', 5432)}/{found['dbname']}?host={host}"
    )


def program(name: str, *arguments: str | Path) -> str:
    """What one of PostgreSQL's programs prints; it must end well."""
    done = subprocess.run(
        [embedded._programs() / name, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def connected_to(conninfo: str) -> Iterator[None]:
    """Have this thread's default connection lead to another database."""
    own = connections["default"]
    other = own.copy("default")
    found = conninfo_to_dict(conninfo)
    other.settings_dict |= {
        "NAME": found["dbname"],
        "HOST": found.get("host", ""),
        "PORT": found.get("port", ""),
        "USER": found.get("user", ""),
        "OPTIONS": {k: v for k, v in other.settings_dict["OPTIONS"].items() if k != "pool"},
    }
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
