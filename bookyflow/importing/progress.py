"""How far a long command is, on standard error."""

from __future__ import annotations

import time
from collections.abc import Callable

WIDTH = 30
OFTEN = 0.1  # seconds between two drawings of a bar


class Progress:
    """A bar on a terminal, and plain lines elsewhere."""

    def __init__(self, write: Callable[[str], None], *, is_terminal: bool) -> None:
        self._write = write
        self._is_terminal = is_terminal
        self._drawn = 0.0

    def show(self, part: float, text: str) -> None:
        """Say that `part`, from 0 to 1, is done."""
        if not self._is_terminal:
            self._write(f"{part:4.0%}  {text}\n")
        elif time.monotonic() - self._drawn >= OFTEN or part >= 1:
            self._drawn = time.monotonic()
            bar = "#" * round(part * WIDTH)
            self._write(f"\r\x1b[K[{bar:<{WIDTH}}] {part:4.0%}  {text}")

    def say(self, line: str) -> None:
        """Print a line of its own; the bar comes again below it."""
        self._write(f"{self._clear}{line}\n")
        self._drawn = 0.0

    def end(self) -> None:
        """Take the bar away."""
        self._write(self._clear)

    @property
    def _clear(self) -> str:
        return "\r\x1b[K" if self._is_terminal else ""
