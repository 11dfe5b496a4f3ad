"""Lint, formatting, direction of imports, types, Django's checks, migrations, OpenAPI document.

All steps run, two at a time, even when one fails. Exit code 1 when any did.
"""

from __future__ import annotations

import argparse
import difflib
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from _database import use_database
from _setup import ROOT, VENV, say

DOCUMENT = ROOT / "docs" / "openapi.yaml"
EVENTS = ROOT / "docs" / "webhooks"
SHOWN_LINES = 80  # of a difference between documents
MANAGE = (sys.executable, "manage.py")
SPECTACULAR = (*MANAGE, "spectacular", "--validate", "--fail-on-warn", "--file")

# The slowest first, so that the others run beside it.
STEPS = {
    "types (mypy)": (sys.executable, "-m", "mypy", "bookyflow", "features", "benchmarks"),
    "checks (manage.py check)": (*MANAGE, "check", "--fail-level", "WARNING"),
    "migrations (makemigrations --check)": (*MANAGE, "makemigrations", "--check", "--dry-run"),
    "lint (ruff check)": (sys.executable, "-m", "ruff", "check", "."),
    "formatting (ruff format)": (sys.executable, "-m", "ruff", "format", "--check", "."),
    "fuzzing (schemathesis)": (
        sys.executable,
        "-m",
        "benchmarks.fuzz",
        "--seconds",
        "40",
        "--seed",
        "1",
    ),
    "imports (lint-imports)": (str(VENV / "bin" / "lint-imports"),),
}


@dataclass(frozen=True)
class Outcome:
    """How a step ended."""

    name: str
    passed: bool
    output: str


def main() -> int:
    """Run the steps; 0 when all passed."""
    parser = argparse.ArgumentParser(
        prog="script/check",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--write", action="store_true", help="write what is made from the code anew"
    )
    options = parser.parse_args()
    use_database()
    began = time.monotonic()
    with ThreadPoolExecutor(max_workers=2) as pool:
        futures = [pool.submit(run, name, command) for name, command in STEPS.items()]
        futures.insert(1, pool.submit(check_document, write=options.write))
        futures.insert(2, pool.submit(check_events, write=options.write))
        failed = [outcome for future in futures if not show(outcome := future.result())]
    passed = len(futures) - len(failed)
    say(f"{passed} of {len(futures)} passed in {time.monotonic() - began:.0f} s.")
    say(cost_of_endpoints())
    for outcome in failed:
        say(f"Failed: {outcome.name}")
    return 1 if failed else 0


def run(name: str, command: tuple[str, ...]) -> Outcome:
    """Run a program to its end."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    result = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        check=False,
    )
    return Outcome(name, passed=result.returncode == 0, output=result.stdout)


def check_document(*, write: bool) -> Outcome:
    """Compare docs/openapi.yaml with what the code says, or write it."""
    name = "API document (docs/openapi.yaml)"
    with tempfile.TemporaryDirectory() as directory:
        made = Path(directory) / "openapi.yaml"
        outcome = run(name, (*SPECTACULAR, str(made)))
        if not outcome.passed:
            return outcome
        changes = differences(DOCUMENT, made, write=write)
    return judged(outcome, name, changes)


def check_events(*, write: bool) -> Outcome:
    """The same for the catalogue of events."""
    name = f"catalogue of events ({EVENTS.relative_to(ROOT)})"
    with tempfile.TemporaryDirectory() as directory:
        outcome = run(name, (*MANAGE, "event_catalogue", directory))
        changes = [
            line
            for made in sorted(Path(directory).iterdir())
            for line in differences(EVENTS / made.name, made, write=write)
        ]
    return judged(outcome, name, changes)


def differences(kept: Path, made: Path, *, write: bool) -> list[str]:
    """The lines in which a committed file differs from what was made, which takes its place."""
    text = made.read_text(encoding="utf-8")
    if write:
        kept.write_text(text, encoding="utf-8")
    before = kept.read_text(encoding="utf-8") if kept.exists() else ""
    names = (str(kept.relative_to(ROOT)), "the code")
    return list(difflib.unified_diff(before.splitlines(), text.splitlines(), *names, lineterm=""))


def judged(outcome: Outcome, name: str, changes: list[str]) -> Outcome:
    """How a comparison ended."""
    if not outcome.passed or not changes:
        return outcome
    hint = f"{len(changes)} lines differ. If that is meant: script/check --write"
    return Outcome(name, passed=False, output="\n".join([*changes[:SHOWN_LINES], hint]))


def cost_of_endpoints() -> str:
    """What an operation of the API costs in lines: of Python with its tests, and of examples."""
    operations = DOCUMENT.read_text(encoding="utf-8").count("\n      operationId: ")
    operations -= 2  # token and revocation are no feature's
    python = _lines("features", "**/*.py") + _lines("tests/features", "**/*.py")
    examples = _lines("features", "*/examples/*.json")
    return (
        f"{operations} operations: {python / operations:.0f} lines of Python each, with tests; "
        f"{examples / operations:.0f} of examples."
    )


def _lines(folder: str, pattern: str) -> int:
    files = (ROOT / folder).glob(pattern)
    return sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files)


def show(outcome: Outcome) -> bool:
    """Print a step's name, and its output if it failed; whether it passed."""
    say(f"{'ok    ' if outcome.passed else 'FAILED'}  {outcome.name}")
    if not outcome.passed:
        say(outcome.output.rstrip())
    return outcome.passed
