"""Requests that nobody thought of, made from the served OpenAPI document by schemathesis.

All of its checks run: no 5xx, no status or body that the document does not name, nothing accepted
that the document forbids, authentication never ignored. schemathesis.toml in the root says what is
set differently, and why.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
from pathlib import Path

import httpx

from benchmarks.site import ROOT, Site

COMMAND = Path(sys.executable).with_name("st")


def run(*, seconds: int, seed: int) -> int:
    """Fuzz a new BookyFlow with a key pair that has every scope, for so long; 0 when it held."""
    site = Site("fuzz")
    try:
        site.wait()
        facts = site.facts()
        answer = httpx.post(
            f"{site.url}/bookyflow/api",
            data={"grant_type": "client_credentials"},
            auth=(str(facts["client_id"]), str(facts["client_secret"])),
        )
        token = answer.raise_for_status().json()["access_token"]
        command = [str(COMMAND), "run", f"{site.url}/bookyflow/api/schema", "--checks", "all"]
        command += ["--header", f"Authorization: Bearer {token}"]
        command += ["--header", f"X-BOOKYFLOW-channel-name: {facts['channel']}"]
        command += ["--seed", str(seed), "--max-time", str(seconds), "--continue-on-failure"]
        command += ["--phases", "examples,coverage,fuzzing", "--no-color"]
        return subprocess.run(command, cwd=ROOT, check=False).returncode
    finally:
        site.stop()


def main() -> int:
    """Run for the given time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=40)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = parser.parse_args()
    return run(seconds=options.seconds, seed=options.seed)


if __name__ == "__main__":
    sys.exit(main())
