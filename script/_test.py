"""Everything script/check checks, then all tests, on all cores, with coverage.

With arguments: pytest with these arguments, and nothing else. A test run has a database of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from ctypes.util import find_library

import _check
from _database import use_database
from _setup import say

# What tests need beside Python: Debian's package, and the programs of which one will do.
NEEDED = {
    "PAGES IN A BROWSER": (
        "chromium",
        *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    ),
    "LINES FOR A SHELL": ("curl", "curl"),
    "LIMITS OF SEVERAL PROCESSES": ("redis-server", "redis-server"),
    "THE PROXY": ("nginx-light", "nginx"),
    "THE POOLER": ("pgbouncer", "pgbouncer"),
    "UNITS": ("systemd", "systemd-analyze"),
}
COVERAGE = "var/coverage.json"
LEAST_COVERAGE = 95  # per cent of lines and branches
SBIN = "/usr/sbin:/usr/local/sbin"  # not in the PATH of everybody


def main() -> int:
    """Run checks and tests; 0 when all passed."""
    arguments = sys.argv[1:]
    if arguments in (["-h"], ["--help"]):
        say(f"script/test [pytest's arguments]\n\n{__doc__}")
        return 0
    use_database()
    if arguments:
        return run("pytest", *arguments)
    checks = _check.main()
    warn_of_skipped()
    # Each process has its part of the tests, in their order, and takes from others at the end: what
    # a file sets up once is mostly set up once. One more than cores, since some tests wait.
    tests = measured("-n", str((os.cpu_count() or 1) + 1), "--dist", "worksteal")
    warn_of_skipped()
    say(f"Checks: {'failed' if checks else 'passed'}. Tests: {'failed' if tests else 'passed'}.")
    return checks or tests


def measured(*arguments: str) -> int:
    """The exit code of pytest; not 0 either where it runs through too little of the code.

    Slipcover puts its marks into the code and takes them out again once they are passed. For
    coverage.py, Python 3.11 stops at each line of each library, which took two fifths more time.
    """
    how = ("-p", "tests.measuring")
    result = run("slipcover", "--json", "--out", COVERAGE, "-m", "pytest", *how, *arguments)
    least = ("--skip-covered", "--fail-under", str(LEAST_COVERAGE))
    return run("slipcover", "--merge", COVERAGE, "--out", COVERAGE, *least) or result


def run(module: str, *arguments: str) -> int:
    """The exit code of a module of this Python."""
    return subprocess.run([sys.executable, "-m", module, *arguments], check=False).returncode


def warn_of_skipped() -> None:
    """Say loudly what is not tested here."""
    path = f"{os.environ.get('PATH', '')}:{SBIN}"
    for tests, (package, *programs) in NEEDED.items():
        if not any(shutil.which(one, path=path) for one in programs):
            say(
                f"!!! No {programs[0]} on this machine: the TESTS OF {tests} ARE SKIPPED. "
                f"On Debian: apt-get install {package}"
            )
    if not find_library("pangoft2-1.0"):
        say(
            "!!! No Pango on this machine: the TESTS OF PDFS ARE SKIPPED. On Debian: apt-get "
            "install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"
        )
