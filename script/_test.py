"""Everything script/check checks, then all tests, on all cores, with coverage.

With arguments: pytest with these arguments, and nothing else. A test run has a database of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import _check
from _database import use_database
from _setup import say

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SBIN = "/usr/sbin:/usr/local/sbin"  # not in the PATH of everybody


def main() -> int:
    """Run checks and tests; 0 when all passed."""
    arguments = sys.argv[1:]
    if arguments in (["-h"], ["--help"]):
        say(f"script/test [pytest's arguments]\n\n{__doc__}")
        return 0
    use_database()
    if arguments:
        return pytest(*arguments)
    checks = _check.main()
    warn_of_skipped()
    # Each process has half of the tests, in their order, and takes from the other at the end: what
    # a file sets up once is mostly set up once.
    tests = pytest("-n", "auto", "--dist", "worksteal", "--cov", "--cov-report", "term")
    warn_of_skipped()
    say(f"Checks: {'failed' if checks else 'passed'}. Tests: {'failed' if tests else 'passed'}.")
    return checks or tests


def pytest(*arguments: str) -> int:
    """The exit code of pytest."""
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode


def warn_of_skipped() -> None:
    """Say loudly what is not tested here."""
    if not any(map(shutil.which, BROWSERS)):
        say(
            "!!! No Chromium on this machine: the BROWSER TESTS ARE SKIPPED. "
            "On Debian: apt-get install chromium"
        )
    if shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:{SBIN}") is None:
        say(
            "!!! No nginx on this machine: the TESTS OF THE PROXY ARE SKIPPED. "
            "On Debian: apt-get install nginx-light"
        )
    if shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:{SBIN}") is None:
        say(
            "!!! No PgBouncer on this machine: the TESTS OF THE POOLER ARE SKIPPED. "
            "On Debian: apt-get install pgbouncer"
        )
