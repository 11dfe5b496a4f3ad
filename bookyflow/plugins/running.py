"""Install and uninstall features from a page: by the command, in a process of its own.

Changing tables is nothing for a request, and the process that answers is replaced meanwhile. What
the command writes is kept in a file of RUN_DIR until the feature's next run.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from bookyflow.core.errors import DomainError

ENDED = "exit status: "
LONGEST = 15 * 60  # seconds after which a run that tells nothing more was killed


@dataclass(frozen=True)
class Run:
    """What a run of the command has written, and whether and how it has ended."""

    lines: tuple[str, ...]
    is_over: bool
    is_good: bool


def start(action: str, name: str, *options: str) -> None:
    """Begin `features ACTION NAME`, where no run of this feature is under way.

    Raises DomainError conflict.
    """
    before = run_of(name)
    if before is not None and not before.is_over:
        raise DomainError("conflict", f"Feature {name} is being worked on already.")
    file = _file(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("")
    command = [sys.executable, "-m", "bookyflow.plugins.running", str(file), "manage.py"]
    # In a session of its own: it outlives the process that answers.
    subprocess.Popen(  # noqa: S603  # our command, and a name that the catalogue knows
        [*command, "features", action, name, *options],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def run_of(name: str) -> Run | None:
    """The last run of a feature on this machine; None where there was none."""
    file = _file(name)
    try:
        lines = file.read_text(errors="replace").splitlines()
        age = time.time() - file.stat().st_mtime
    except FileNotFoundError:
        return None
    last = lines[-1] if lines else ""
    if last.startswith(ENDED):
        return Run(tuple(lines[:-1]), is_over=True, is_good=last == f"{ENDED}0")
    return Run(tuple(lines), is_over=age > LONGEST, is_good=False)


def _file(name: str) -> Path:
    return settings.RUN_DIR / "features" / f"{name}.log"


def _run(file: str, command: Sequence[str]) -> None:
    """In the process of its own: run the command and write down how it ended."""
    with Path(file).open("a") as output:
        done = subprocess.run(  # noqa: S603  # what `start` was given
            [sys.executable, *command], stdout=output, stderr=subprocess.STDOUT, check=False
        )
    with Path(file).open("a") as output:
        output.write(f"{ENDED}{done.returncode}\n")


if __name__ == "__main__":
    _run(sys.argv[1], sys.argv[2:])
