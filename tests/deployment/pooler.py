"""Debian's PgBouncer before the tests' PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.db import connection

from benchmarks.serving import HOST, free_port

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
NOBODY = 65534
START = 30  # seconds
CONFIGURATION = """
[databases]
* = user={user} password={password} {host}port={port}
[pgbouncer]
listen_addr = {here}
listen_port = {listen}
unix_socket_dir = {sockets}
auth_type = any
auth_file = {directory}/users.txt
pool_mode = {mode}
default_pool_size = {size}
ignore_startup_parameters = {ignored}
logfile = {directory}/pgbouncer.log
"""


@contextmanager
def pgbouncer(mode: str, *, size: int = 2, ignored: str = "extra_float_digits") -> Iterator[str]:
    """The tests' database by way of a pooler with so many connections; its DATABASE_URL."""
    facts = connection.settings_dict
    user, password = facts["USER"], facts["PASSWORD"]
    listen = free_port()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "users.txt").write_text(f'"{user}" "{password}"\n')
        (directory / "pgbouncer.ini").write_text(
            CONFIGURATION.format(
                user=user,
                password=password,
                # It looks for the server's socket where it makes its own.
                host="" if facts["HOST"].startswith("/") else f"host={facts['HOST']} ",
                sockets=facts["HOST"] if facts["HOST"].startswith("/") else "",
                port=facts["PORT"] or 5432,
                here=HOST,
                listen=listen,
                directory=directory,
                mode=mode,
                size=size,
                ignored=ignored,
            )
        )
        who = _who(facts["HOST"])
        for path in (directory, *directory.iterdir()):
            os.chown(path, who, -1)
        process = subprocess.Popen(
            [PGBOUNCER, "-q", directory / "pgbouncer.ini"], stderr=subprocess.DEVNULL, user=who
        )
        url = f"postgresql://{quote(user)}:{quote(password)}@{HOST}:{listen}/{facts['NAME']}"
        try:
            _wait(url, directory)
            yield url
        finally:
            process.terminate()
            process.wait(10)


def _who(host: str) -> int:
    """Who may run it: not root, but somebody who gets to the server's socket."""
    if os.getuid():
        return os.getuid()
    return Path(host).stat().st_uid if host.startswith("/") else NOBODY


def _wait(url: str, directory: Path) -> None:
    for _ in range(START * 10):
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    log = directory / "pgbouncer.log"
    raise TimeoutError(log.read_text() if log.exists() else "it did not start")
