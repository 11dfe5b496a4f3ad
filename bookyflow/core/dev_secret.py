"""The secret of an installation that was given none, for trying out and developing."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def secret_in(directory: Path) -> str:
    """The secret kept in a directory: made at random the first time, readable by its owner only.

    Several processes may ask at once; all get the same.
    """
    path = directory / "secret_key"
    if not path.exists():
        directory.mkdir(parents=True, exist_ok=True)
        new = directory / f"secret_key.new-{os.getpid()}"
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="ascii") as file:  # noqa: PTH123  # a descriptor
            file.write(secrets.token_urlsafe(50))
        with suppress(FileExistsError):  # another process was first
            os.link(new, path)  # unlike a rename, never replaces one that is in use
        new.unlink()
    return path.read_text(encoding="ascii")
