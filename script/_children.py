"""Programs that a script runs beside itself, and ends with itself."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from _setup import ROOT, say

if TYPE_CHECKING:
    from collections.abc import Callable

RUN_DIRECTORY = Path(os.environ.get("BOOKYFLOW_VAR") or ROOT / "var") / "run"
LEAST_LIFE = 5  # seconds; whoever dies sooner would only die again
LAST_WORDS = 20  # seconds to finish what is being done
PR_SET_PDEATHSIG = 1


class Child:
    """One program, started again when it dies."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self.command = command
        self.pid_file = RUN_DIRECTORY / f"{name}.pid"  # for `features install`
        self.start()

    def start(self) -> None:
        """Start the program in a session of its own, so that Ctrl-C reaches this script alone."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509  # no threads here
        )
        RUN_DIRECTORY.mkdir(parents=True, exist_ok=True)
        self.pid_file.write_text(str(self.process.pid))

    def has_failed_for_good(self) -> bool:
        """Start a dead program again; True when it had hardly lived."""
        code = self.process.poll()
        if code is None:
            return False
        if time.monotonic() - self.started < LEAST_LIFE:
            say(f"{self.name} ended with code {code} as soon as it had started.")
            return True
        say(f"{self.name} ended with code {code}; starting it again.")
        self.start()
        return False

    def stop(self) -> None:
        """Ask it to end."""
        with suppress(ProcessLookupError):
            self.process.terminate()

    def wait(self, deadline: float) -> None:
        """Wait for its end, and end it with all it started when the deadline passes."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.1, deadline - time.monotonic()))
        # Also for what it may have left behind, which bears its process group's id.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.pid_file.unlink(missing_ok=True)


def stop_all(children: list[Child]) -> None:
    """End all of them, at the same time."""
    for child in children:
        child.stop()
    deadline = time.monotonic() + LAST_WORDS
    for child in children:
        child.wait(deadline)


class Stopped(Exception):
    """Somebody asked this script to end."""


def stop_on_signals() -> None:
    """Raise Stopped on Ctrl-C, SIGTERM and the loss of the terminal; the first time only."""

    def stop(*_: object) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def wait_until(claim: Callable[[], bool], children: list[Child], seconds: float) -> bool:
    """Whether the claim came true in time, with all the children alive."""
    deadline = time.monotonic() + seconds
    while not claim():
        if time.monotonic() > deadline or any(c.process.poll() is not None for c in children):
            return False
        time.sleep(0.1)
    return True


def _end_with_parent() -> None:
    """Have the kernel ask this process to end when the script that started it was killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
