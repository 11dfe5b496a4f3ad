"""Journeys through the site in a browser, on a desk and on a telephone: tests go each in one size.

Starts nothing: the tests' own database and server serve.
"""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks.site import ROOT

EVERY_SIZE = "BOOKYFLOW_EVERY_SIZE"  # the tests read it


def run() -> int:
    """Go all journeys; 0 when all led to their end."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["-m", "browser", "tests"]
    environment = {**os.environ, EVERY_SIZE: "1"}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
