"""Make clients from docs/openapi.yaml, check their types, and book with each at a site of its own.

Needs Node.js for the clients in TypeScript; where it is missing they are skipped. Exit code 1 when
any step failed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from _children import Stopped, stop_on_signals
from _setup import ROOT, install, say

from benchmarks.site import Site
from clients.receiver_trial import SECRET

CLIENTS = ROOT / "clients"
TYPESCRIPT = CLIENTS / "typescript"
DOCUMENT = ROOT / "docs" / "openapi.yaml"
GUIDE = ROOT / "docs" / "webhooks.md"
GENERATORS = ROOT / "var" / "generators"  # a virtual environment
PYTHON_CLIENT = ROOT / "var" / "bookyflow-client"
GENERATED = TYPESCRIPT / "generated"
BUILT = TYPESCRIPT / "built"
LOCK = CLIENTS / "requirements.txt"
OLDEST_NODE = (20, 19)
LONGEST = 300  # seconds that a step may take
FIRST_ARRIVAL = 210  # days from today
QUIET = {
    "FASTMCP_SHOW_SERVER_BANNER": "false",
    "FASTMCP_LOG_LEVEL": "ERROR",
    "FASTMCP_CHECK_FOR_UPDATES": "off",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
    "REDOCLY_TELEMETRY": "off",
}


@dataclass
class Trial:
    """Runs steps one after the other, and counts."""

    facts: dict[str, str]
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    journeys: int = field(default=0)

    def run(self, name: str, *command: str | Path, cwd: Path = CLIENTS) -> bool:
        """Run a program and show what it printed if it failed; whether it passed."""
        began = time.monotonic()
        try:
            result = subprocess.run(
                [str(word) for word in command],
                cwd=cwd,
                env=os.environ | QUIET | self.facts,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=LONGEST,
                check=False,
            )
            succeeded, output = result.returncode == 0, result.stdout
        except subprocess.TimeoutExpired:
            succeeded, output = False, f"Not done after {LONGEST} s."
        took = f"{time.monotonic() - began:.0f} s"
        say(f"{'ok    ' if succeeded else 'FAILED'}  {name} ({took})")
        if not succeeded:
            say(output.rstrip())
        self.passed += succeeded
        self.failed += not succeeded
        return succeeded

    def journey(self, name: str, *command: str | Path, cwd: Path = CLIENTS) -> bool:
        """Run a program that books, at dates of its own."""
        offset = FIRST_ARRIVAL + 10 * self.journeys
        self.journeys += 1
        arrival = datetime.now(UTC).date() + timedelta(days=offset)
        self.facts["BOOKYFLOW_ARRIVAL"] = arrival.isoformat()
        return self.run(name, *command, cwd=cwd)

    def skip(self, what: str) -> None:
        """Say loudly what is not tried here."""
        say(f"!!! SKIPPED: {what}")
        self.skipped += 1


def main() -> int:
    """Make and try all clients; 0 when none failed."""
    argparse.ArgumentParser(
        prog="script/clients",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args()
    stop_on_signals()
    for made in (PYTHON_CLIENT, GENERATED, BUILT):
        shutil.rmtree(made, ignore_errors=True)
    make_generators()
    try:
        site = Site("clients")
        try:
            site.wait()
            trial = Trial(facts_of(site))
            try_python(trial)
            try_typescript(trial)
        finally:
            site.stop()
    except Stopped:
        say("Stopped.")
        return 130
    skipped = f", {trial.skipped} skipped" if trial.skipped else ""
    say(f"{trial.passed} passed, {trial.failed} failed{skipped}")
    return 1 if trial.failed else 0


def facts_of(site: Site) -> dict[str, str]:
    """What the journeys find in their environment."""
    facts = site.facts()
    properties = facts["properties"]
    if not isinstance(properties, dict):
        raise TypeError(properties)
    return {
        "BOOKYFLOW_URL": site.url,
        "BOOKYFLOW_CLIENT_ID": str(facts["client_id"]),
        "BOOKYFLOW_CLIENT_SECRET": str(facts["client_secret"]),
        "BOOKYFLOW_CHANNEL": str(facts["channel"]),
        "BOOKYFLOW_PROPERTY": str(next(iter(properties.values()))),
        "PYTHONPATH": str(PYTHON_CLIENT),
        "MYPYPATH": str(PYTHON_CLIENT),
        "PATH": f"{GENERATORS / 'bin'}:{os.environ['PATH']}",  # the generator formats with ruff
    }


def make_generators() -> None:
    """Install what is locked for Python into an environment of its own, unless it is there."""
    stamp = GENERATORS / "stamp"
    wanted = f"{sys.version_info[:2]} {GENERATORS} {hashlib.sha256(LOCK.read_bytes()).hexdigest()}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say(f"Installing the packages of {LOCK.relative_to(ROOT)} …")
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(GENERATORS)], check=True)
    install(GENERATORS / "bin" / "python", LOCK)
    stamp.write_text(wanted)


def try_python(trial: Trial) -> None:
    """openapi-python-client, and an MCP server."""
    programs = GENERATORS / "bin"
    mypy = (programs / "mypy", "--config-file=", "--strict")
    make: list[str | Path] = [programs / "openapi-python-client", "generate", "--fail-on-warning"]
    make += ["--path", DOCUMENT, "--config", CLIENTS / "openapi-python-client.yaml"]
    make += ["--output-path", PYTHON_CLIENT]
    made = (PYTHON_CLIENT / "bookyflow_client", CLIENTS / "journey.py")
    if trial.run("openapi-python-client makes a client", *make) and trial.run(
        "mypy --strict of it", *mypy, *made
    ):
        trial.journey("openapi-python-client books", programs / "python", "journey.py")
    servers = (CLIENTS / "mcp_server.py", CLIENTS / "mcp_journey.py")
    trial.run("mypy --strict of the MCP server", *mypy, *servers)
    trial.journey("an agent's tools (FastMCP)", programs / "python", "mcp_journey.py")


def try_typescript(trial: Trial) -> None:
    """Lint of the document; openapi-typescript with openapi-fetch; @hey-api/openapi-ts."""
    missing = why_no_node()
    if missing:
        trial.skip(f"{missing}: no client in TypeScript is made, and the document is not linted.")
        return
    programs = TYPESCRIPT / "node_modules" / ".bin"
    if not trial.run("npm ci", "npm", "ci", cwd=TYPESCRIPT):
        return
    try_webhooks(trial)
    try_calendars(trial)
    trial.run("redocly lint", programs / "redocly", "lint", DOCUMENT, cwd=TYPESCRIPT)
    types: list[str | Path] = [programs / "openapi-typescript", DOCUMENT]
    types += ["-o", GENERATED / "openapi-typescript.ts"]
    sdk: list[str | Path] = [programs / "openapi-ts", "-i", DOCUMENT, "-o", GENERATED / "hey-api"]
    made = trial.run("openapi-typescript makes types", *types, cwd=TYPESCRIPT)
    made &= trial.run("@hey-api/openapi-ts makes a client", *sdk, cwd=TYPESCRIPT)
    if made and trial.run("tsc --strict", programs / "tsc", cwd=TYPESCRIPT):
        for name in ("openapi-fetch", "hey-api"):
            trial.journey(f"{name} books", "node", f"built/{name}.js", cwd=TYPESCRIPT)


def try_webhooks(trial: Trial) -> None:
    """The receiver of docs/webhooks.md in JavaScript, and received deliveries by its library.

    BOOKYFLOW_DELIVERIES names a file of others to verify, BOOKYFLOW_WEBHOOK_SECRET their secret.
    """
    BUILT.mkdir(exist_ok=True)
    receiver, recorded = BUILT / "receiver.mjs", BUILT / "deliveries.jsonl"
    found = re.search(r"```javascript\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    receiver.write_text(found.group(1) if found else "", encoding="utf-8")
    attempt: list[str | Path] = [sys.executable, "receiver_trial.py", "--record", recorded]
    trial.run("a receiver of webhooks in JavaScript", *attempt, "node", receiver)
    verify = ("node", TYPESCRIPT / "verify-deliveries.mjs")
    trial.facts["WEBHOOK_SECRET"] = SECRET
    trial.run("its deliveries, verified by npm's standardwebhooks", *verify, recorded)
    if given := os.environ.get("BOOKYFLOW_DELIVERIES"):
        trial.facts["WEBHOOK_SECRET"] = os.environ["BOOKYFLOW_WEBHOOK_SECRET"]
        trial.run(f"{given}, verified by npm's standardwebhooks", *verify, Path(given).resolve())


def try_calendars(trial: Trial) -> None:
    """The calendars that other platforms read, by two readers of npm, in three zones."""
    folder = BUILT / "calendars"
    write: list[str | Path] = [sys.executable, "-m", "clients.calendar_samples", folder]
    trial.facts["PYTHONPATH"] = str(ROOT)
    if trial.run("calendars are written", *write, cwd=ROOT):
        for zone in ("Europe/Rome", "America/New_York", "Pacific/Auckland"):
            trial.facts["TZ"] = zone
            read = ("node", TYPESCRIPT / "read-calendars.mjs", folder)
            trial.run(f"and read by node-ical and ical.js in {zone}", *read, cwd=TYPESCRIPT)
        del trial.facts["TZ"]
    trial.facts["PYTHONPATH"] = str(PYTHON_CLIENT)


def why_no_node() -> str:
    """Why Node.js cannot be used here; empty when it can."""
    if not shutil.which("node") or not shutil.which("npm"):
        return "No Node.js with npm on this machine"
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    version = tuple(int(part) for part in said.strip().lstrip("v").split(".")[:2])
    if version < OLDEST_NODE:
        return f"Node.js {said.strip()} is older than {'.'.join(map(str, OLDEST_NODE))}"
    return ""
