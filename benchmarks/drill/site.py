"""A site in production mode: everything an operator would start, under var/drill."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from cryptography.fernet import Fernet

from benchmarks import mischief
from benchmarks.drill import parts
from benchmarks.drill.crowd import Seen, Through
from benchmarks.drill.machine import Machine, give
from benchmarks.drill.parts import Part, Postgres, Proxy
from benchmarks.serving import HOST, ROOT, free_port

ARCHIVE = "archive"  # of write-ahead log, beside the data directory


class Site:
    """Web twice, worker, a replica, and what they need, with the code of a directory.

    Secrets are files, as docs/systemd and compose.yaml give them. `directory` is made anew.
    """

    def __init__(
        self,
        machine: Machine,
        directory: Path,
        *,
        code: Path = ROOT,
        python: Path = Path(sys.executable),
        pool_mode: str = "session",
    ) -> None:
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        self.machine, self.directory = machine, directory
        self.code, self.python = code, python
        self.pool_mode = pool_mode
        self.postgres = Postgres(machine, directory / "postgres", secrets.token_hex(16))
        self.replica = Postgres(machine, directory / "replica", self.postgres.password)
        self.database = ""  # what leads web and worker there
        self.pooler: Part | None = None
        self.cache: Part | None = None
        self.proxy: Proxy | None = None
        self.web: list[Part] = []
        self.ports = [free_port(), free_port()]
        self.worker: Part | None = None
        self.secrets: dict[str, str] = {
            "SECRET_KEY": secrets.token_hex(32),
            "ENCRYPTION_KEYS": Fernet.generate_key().decode(),  # 0.2.0 knows no other kind
            "HASH_KEY": secrets.token_hex(32),
        }

    @property
    def url(self) -> str:
        """Where clients call it."""
        return f"http://{HOST}:{self.proxy.port if self.proxy else self.ports[0]}"

    def environment(self, database: str) -> dict[str, str]:
        """What its processes are given; `database` leads to the database."""
        given = self.secrets | {"DATABASE_URL": database}
        is_shared = self.pool_mode == "transaction" and database != self.postgres.url()
        if is_shared:
            given["WORKER_DATABASE_URL"] = self.postgres.url()
        if database == self.database:  # not with a copy of it
            given["REPLICA_DATABASE_URL"] = self.replica.url()
        own = {name: value for name, value in os.environ.items() if name not in given}
        for name, value in given.items():
            own[f"{name}_FILE"] = str(self._secret(name, value))
        return own | {
            "BOOKYFLOW_ENV": "production",
            "BOOKYFLOW_VAR": str(self.directory),
            "ALLOWED_HOSTS": HOST,
            "TRUSTED_PROXIES": HOST,
            "PYTHONTZPATH": "",
            "DATABASE_POOL": str(parts.THREADS + 2),
            "DATABASE_POOLER": "transaction" if is_shared else "session",
            # Counted in Redis as ever, and no hindrance: all clients have one key pair and address.
            **{f"RATE_LIMIT_{what}": "1000000" for what in ("READS", "WRITES", "PUBLIC", "TOKENS")},
            "ROOM_NIGHTS_PER_ADDRESS": "0",
            "ROOM_NIGHTS_PER_KEY": "0",
            "ROOM_NIGHTS_SHARE": "0",
        }

    def start(self) -> None:
        """Make the database and start everything, as docs/operations.md says."""
        archive = self.directory / ARCHIVE
        archive.mkdir()
        give(archive, self.postgres.part.account)
        copy = f"test ! -f {archive}/%f && cp %p {archive}/%f"
        kept = "wal_keep_size = '256MB'"  # of what the replica finds when it is back
        self.postgres.make("archive_mode = on", f"archive_command = '{copy}'", kept)
        self.replica.follow(self.postgres)
        self.database = self.postgres.url()
        if self.machine.pgbouncer:
            self.pooler, self.database = parts.pooler(
                self.machine.pgbouncer, self.directory / "pgbouncer", self.postgres, self.pool_mode
            )
            self.pooler.start()
        if self.machine.redis:
            password = secrets.token_hex(16)
            self.cache, self.secrets["CACHE_URL"] = parts.cache(
                self.machine.redis, self.directory / "redis", password
            )
            self.cache.start()
        self.prepare()
        self.serve()

    def prepare(self) -> None:
        """Migrate, make the demonstration's data, and look at the configuration, by the server."""
        environment = self.environment(self.postgres.url())
        demonstration = environment | {"BOOKYFLOW_ENV": "development", "PYTHONPATH": str(self.code)}
        words = ["--demo-url", self.url, "--demo-output", str(self.directory / "demo.txt")]
        self.run("script/_prepare.py", *words, environment=demonstration)
        self.run("manage.py", "collectstatic", "--no-input", "-v0", environment=environment)
        check = ["check", "--deploy", "--database", "default", "--fail-level", "ERROR"]
        self.run("manage.py", *check, environment=environment)

    def serve(self) -> None:
        """Start web, worker and proxy."""
        environment = self.environment(self.database)
        for number, port in enumerate(self.ports, 1):
            self.web.append(parts.web(f"web {number}", self.code, self.python, environment, port))
            self.web[-1].start()
        self.worker = parts.worker(self.code, self.python, environment)
        self.worker.start()
        if self.machine.nginx:
            self.proxy = Proxy(self.machine.nginx, self.directory / "nginx", self.ports)
            self.proxy.part.start()

    def run(self, *words: str, environment: dict[str, str]) -> str:
        """What a program of the site's code prints; it must end well."""
        done = subprocess.run(
            [str(self.python), *words],
            cwd=self.code,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def audit(self, database: str) -> list[str]:
        """What of its database or a copy does not hold, by `manage.py audit`; its last line."""
        try:
            told = self.run("manage.py", "audit", environment=self.environment(database))
        except RuntimeError as problem:
            return [str(problem)]
        print("manage.py audit:", told.splitlines()[-1], flush=True)
        return []

    def facts(self) -> dict[str, Any]:
        """What `manage.py demo` wrote down: key pair, logins, properties."""
        return dict(json.loads((self.directory / "demo.json").read_text()))

    def client(self, seen: Seen | None = None, url: str = "") -> Through:
        """A client with the demonstration's key pair, whose calls are noted."""
        facts = self.facts()
        pair = str(facts["client_id"]), str(facts["client_secret"])
        return Through(url or self.url, pair, seen or Seen())

    def open_hotel(self, seed: int) -> int:
        """The hotel that everybody fights for; its id."""
        uid = mischief.open_hotel(self.client, seed=seed)
        with psycopg.connect(self.postgres.url(), autocommit=True) as connection:
            connection.execute(
                "UPDATE properties_property SET is_published = true WHERE id = %s", [uid]
            )
            connection.execute(
                "UPDATE properties_propertysettings SET cancellation_threshold = 0"
                " WHERE property_id = %s",
                [uid],
            )
        return uid

    def stop(self) -> None:
        """End everything."""
        proxy = self.proxy.part if self.proxy else None
        clusters = [self.replica.part, self.postgres.part]
        first = [proxy, *self.web, self.worker, self.pooler, self.cache, *clusters]
        for part in first:
            if part is not None:
                part.stop()

    def _secret(self, name: str, value: str) -> Path:
        path = self.directory / "secrets" / f"{name}-{abs(hash(value)) % 10**8}"
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(value)
        return path


@contextmanager
def running(site: Site) -> Iterator[Site]:
    """The site, serving; it is gone afterwards."""
    try:
        site.start()
        yield site
    finally:
        site.stop()
