"""Several processes on one server: the first starts it, the last one to end stops it.

Who uses a server is told by locks on files, which the kernel releases however a process ends, and
never by process ids written down somewhere. Beside the data directory lie `<directory>.lock`, held
while a server is started or stopped, and `<directory>.users`, on which every process that uses the
server keeps a shared lock.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from bookyflow.embedded import INSTEAD
from bookyflow.embedded.programs import directory_of_programs
from bookyflow.embedded.server import Server, beside

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
    directory_of_programs()
    server = Server(directory)
    if directory not in _memberships or not server.is_listening():
        try:
            directory.parent.mkdir(parents=True, exist_ok=True)
            with _exclusive(beside(directory, ".lock")):
                server.ensure()
                _join(directory)
        except OSError as error:
            raise ImproperlyConfigured(
                f"The embedded PostgreSQL cannot use {directory}: {error}. {INSTEAD}"
            ) from error
    os.environ["DATABASE_URL"] = server.url
    return server.url


def set_aside(directory: Path) -> Path:
    """Stop the server, and move its data to a directory beside it, which is returned.

    Raises ImproperlyConfigured while other processes use the server.
    """
    directory = directory.absolute()
    with _exclusive(beside(directory, ".lock")):
        if not _is_last(directory):
            raise ImproperlyConfigured(
                f"Other processes use the PostgreSQL under {directory}. Stop them first."
            )
        Server(directory).stop()
        aside = beside(directory, f".aside-{time.strftime('%Y%m%d-%H%M%S')}")
        return directory.rename(aside)


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
    descriptor = os.open(beside(directory, ".users"), os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    _memberships[directory] = descriptor
    atexit.register(_leave, directory, os.getpid())


def _leave(directory: Path, member: int) -> None:
    # A forked child has its parent's lock and exit handlers, but is no member itself.
    if member != os.getpid() or not directory.parent.exists():
        return
    with _exclusive(beside(directory, ".lock")):
        if _is_last(directory):
            Server(directory).stop()


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
