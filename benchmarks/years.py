"""Random years of random houses: what tests/domain/billing/year lives for seconds, for long.

Starts nothing: the tests' own database serves. What is lived follows from the seed; where something
does not hold, the shortest story that shows it is printed.
"""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks.site import ROOT

LIVED = "tests/domain/billing/test_random_year.py"
YEARS, SEED = "BOOKYFLOW_YEARS", "BOOKYFLOW_SEED"  # the test reads them


def run(*, years: int, seed: int) -> int:
    """Live so many years; 0 when all that must hold held after every step."""
    print(f"seed {seed}, {years} years", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", LIVED]
    environment = {**os.environ, YEARS: str(years), SEED: str(seed)}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
