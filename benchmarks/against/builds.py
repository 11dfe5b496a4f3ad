"""A build: a revision's code, its Python, its database, and its server."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg
from psycopg import sql

from benchmarks.against import hotels as hotels_module
from benchmarks.against.hotels import Entered, enter, entered
from benchmarks.datasets import SIZES
from benchmarks.revisions import ROOT, environment_of, git, work_tree
from benchmarks.serving import WORKERS, Server, granian

SEED = Path(__file__).with_name("seed.py")
DIRECTORY = ROOT / "var" / "against"


@dataclass(frozen=True)
class Build:
    """A revision that can be served. `database` leads to its own database."""

    name: str
    code: Path
    python: Path
    database: str

    @property
    def environment(self) -> dict[str, str]:
        """What its programs find beside the environment of this process."""
        directory = DIRECTORY / f"var-{self.name}"
        directory.mkdir(parents=True, exist_ok=True)
        return {
            "BOOKYFLOW_VAR": str(directory),
            "DATABASE_URL": self.database,
            "PYTHONPATH": str(self.code),
            "REQUEST_LOG": "1",
        }

    def seed(self, *words: str | int) -> dict[str, str]:
        """What benchmarks/against/seed.py prints, run by this build."""
        done = subprocess.run(
            [str(self.python), str(SEED), *map(str, words)],
            cwd=self.code,
            env=os.environ | self.environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        *said, found = done.stdout.splitlines()
        for line in said:
            print(f"{self.name}: {line}", flush=True)
        return dict(json.loads(found))

    @contextmanager
    def with_hotels(self, properties: int = 0) -> Iterator[tuple[Build, Entered]]:
        """The same build with a database of its own, which is dropped: the hotels, beside its data
        set of so many properties."""
        source, hotels = self._hotels(properties)
        with psycopg.connect(self.database, autocommit=True) as admin:
            copy = f"bookyflow_against_{os.getpid()}_{self.name}_{properties}"
            _copy(admin, source, copy)
            try:
                yield self.on(copy), hotels
            finally:
                _drop(admin, copy)

    def _hotels(self, properties: int) -> tuple[str, Entered]:
        """The database with the hotels, which is kept for the day."""
        own = {size.properties: size.name for size in SIZES.values() if self.code == ROOT}
        name = own.get(properties, f"against_{self.name}_{properties}")
        data = self.seed("data", name, properties)
        made_from = hashlib.sha256(data["fingerprint"].encode())
        made_from.update(Path(hotels_module.__file__).read_bytes())
        wanted = f"{made_from.hexdigest()[:20]} {datetime.now(UTC):%Y-%m-%d} "
        name = f"{data['database']}_hotels"
        with psycopg.connect(self.database, autocommit=True) as admin:
            said = admin.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
                [name],
            ).fetchone()
            if said and str(said[0]).startswith(wanted):
                return name, entered(str(said[0]).removeprefix(wanted))
            print(f"{self.name}: entering hotels …", flush=True)
            _drop(admin, name)
            _copy(admin, data["database"], name)
            made = self.on(name)
            key = made.seed("key")
            with made.serving() as server:
                found = enter(server.port, key, made.database)
            text = sql.Literal(wanted + found.as_text())
            admin.execute(
                sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), text)
            )
        return name, found

    def on(self, database: str) -> Build:
        """The same build with another database of the server."""
        url = urlsplit(self.database)._replace(path=f"/{database}").geturl()
        return replace(self, database=url)

    @contextmanager
    def serving(self, *, workers: int = WORKERS, **environment: str) -> Iterator[Server]:
        """Serve it."""
        with granian(
            workers=workers,
            application="bookyflow.wsgi:application",
            code=self.code,
            python=self.python,
            **(self.environment | environment),
        ) as server:
            yield server

    def database_processes(self) -> list[psutil.Process]:
        """Those of PostgreSQL that serve its database, where they run on this machine."""
        query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        with psycopg.connect(self.database) as connection:
            found = {pid for (pid,) in connection.execute(query)} - {connection.info.backend_pid}
        return [psutil.Process(pid) for pid in found if psutil.pid_exists(pid)]


@contextmanager
def alone(server: str) -> Iterator[None]:
    """Ends the program where another one that makes such databases runs on the server; drops what
    one that was killed has left there."""
    with psycopg.connect(server, autocommit=True) as guard:
        found = guard.execute("SELECT pg_try_advisory_lock(hashtext('against'))").fetchone()
        if found != (True,):
            sys.exit("script/bench runs already on this server.")
        left = "SELECT datname FROM pg_database WHERE datname LIKE 'bookyflow\\_against\\_%'"
        for (name,) in guard.execute(left).fetchall():
            _drop(guard, name)
        yield


@contextmanager
def revision(name: str, server: str) -> Iterator[Build]:
    """The build of a revision, in a work tree that is removed afterwards."""
    commit = git("rev-parse", "--short", f"{name}^{{commit}}")
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    with work_tree(DIRECTORY / commit, commit) as code:
        yield Build(commit, code, environment_of(DIRECTORY, code), server)


def this(server: str) -> Build:
    """The build of the files as they are here."""
    return Build("now", ROOT, Path(sys.executable), server)


def _copy(admin: psycopg.Connection, source: str, name: str) -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
    admin.execute(statement.format(sql.Identifier(name), sql.Identifier(source)))


def _drop(admin: psycopg.Connection, name: str) -> None:
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def processor_seconds(processes: list[psutil.Process]) -> dict[int, float]:
    """Seconds of processor time that each process has had, by its id."""
    found: dict[int, float] = {}
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue  # it has ended
        found[process.pid] = times.user + times.system
    return found


def web_processes(server: Server) -> list[psutil.Process]:
    """Granian and its workers."""
    head = psutil.Process(server.process.pid)
    return [head, *head.children(recursive=True)]
