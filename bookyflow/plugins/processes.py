"""The processes that serve this installation, and how to have them load new code.

Each writes its id into a file of RUN_DIR: the web server's main process as web.pid, workers of
jobs as jobs*.pid. docs/operations.md shows how.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

# Granian replaces its workers one by one; a worker of jobs ends when its job has, and its
# supervisor starts a new one.
SIGNALS = {"web": signal.SIGHUP, "jobs": signal.SIGTERM}


def respawn(directory: Path) -> list[str]:
    """Ask every process that is named in `directory` to be replaced; the names of those asked."""
    asked = []
    for kind, number in SIGNALS.items():
        for file in sorted(directory.glob(f"{kind}*.pid")):
            try:
                os.kill(int(file.read_text()), number)
            except (ValueError, ProcessLookupError):
                continue  # left behind by a process that was killed
            asked.append(file.stem)
    return asked
