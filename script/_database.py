"""The database that a script and the programs it starts share."""

from __future__ import annotations

import os
from pathlib import Path

from _setup import ROOT, say

from bookyflow.embedded import sharing

DIRECTORY = Path(os.environ.get("BOOKYFLOW_VAR") or ROOT / "var") / "postgres"
_embedded: list[Path] = []


def use_database() -> None:
    """Leave DATABASE_URL in the environment: the embedded server's where none was there.

    The embedded server runs as long as this process, or anybody else who uses it.
    """
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
        return
    if not DIRECTORY.exists():
        say(f"Making a PostgreSQL under {DIRECTORY} …")
    sharing.database_url(DIRECTORY)
    _embedded.append(DIRECTORY)


def keep_running() -> None:
    """Get the embedded server up again if it has crashed."""
    for directory in _embedded:
        sharing.database_url(directory)


def set_aside() -> None:
    """Keep the data of another line of versions beside the new ones, and begin anew."""
    aside = sharing.set_aside(DIRECTORY)
    say(f"The database was made by another line of versions. It is kept in {aside}.")
    say(f"Making a PostgreSQL under {DIRECTORY} …")
    sharing.database_url(DIRECTORY)
