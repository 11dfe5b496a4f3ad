"""The browser of the machine, for tests that need a real one; script/test warns without it."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest

from benchmarks.journeys import EVERY_SIZE

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER = next(filter(None, map(shutil.which, NAMES)), None)
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
needs_browser = pytest.mark.skipif(BROWSER is None, reason=f"none of {', '.join(NAMES)} is here")


def sizes(*every: Any) -> tuple[Any, ...]:
    """The sizes in which a journey is gone: the first; each for script/soak --browser."""
    return every if os.environ.get(EVERY_SIZE) else every[:1]
