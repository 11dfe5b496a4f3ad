"""Mutants of the prices: changes in bookyflow/pricing that its tests must notice.

mutmut changes one thing at a time in the functions there and runs tests/domain/pricing against each
change (`tool.mutmut` in pyproject.toml). What survives is a rule without a test, unless it is the
same rule in other words: mutants.toml lists those, each with its reason. What takes too long is
listed as well, where it never ends: on a busy machine anything may take too long, and hide that
no test notices it. mutmut changes neither properties nor what stands outside functions.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.site import ROOT

LISTED = ROOT / "benchmarks" / "mutants.toml"
FOLDER = ROOT / "var" / "mutants"
COPIED = ("bookyflow", "features", "locale", "script", "tests", "manage.py", "pyproject.toml")
MUTMUT = (sys.executable, "-m", "mutmut")
NOTICED, UNTRIED = {"killed"}, {"not checked", "check was interrupted by user"}
_STATUS = re.compile(r"^\s+(?P<name>\S+__mutmut_\d+): (?P<status>.+)$")


@dataclass(frozen=True)
class Mutant:
    """A change that no test has noticed: lines as they are, and as they were changed to."""

    name: str
    before: str
    after: str
    status: str = "survived"

    @property
    def function(self) -> str:
        """Such as `rooms.nightly`, or `fees.GuestCounts.of`."""
        module, _, mangled = self.name.removeprefix("bookyflow.pricing.").partition(".")
        plain = mangled.rpartition("__mutmut_")[0].removeprefix("x_").removeprefix("xǁ")
        return f"{module}.{plain.replace('ǁ', '.')}"


@dataclass(frozen=True)
class Equivalent:
    """A change that nothing comes of: `was` becomes `becomes` in a function, "" in any.

    One that is `endless` may be noticed by a test that runs before the one that does not end.
    """

    was: str
    becomes: str
    reason: str
    function: str = ""
    endless: bool = False

    def explains(self, mutant: Mutant) -> bool:
        """Whether the mutant is this change and nothing else."""
        if self.function and self.function != mutant.function:
            return False
        before, place = mutant.before, mutant.before.find(self.was)
        while place >= 0:
            if before[:place] + self.becomes + before[place + len(self.was) :] == mutant.after:
                return True
            place = before.find(self.was, place + 1)
        return False


def listed() -> list[Equivalent]:
    """The changes that nothing is known to come of, or no end."""
    return [Equivalent(**entry) for entry in tomllib.loads(LISTED.read_text())["equivalent"]]


def statuses(written: str) -> dict[str, str]:
    """What became of each mutant, as `mutmut results` writes it."""
    lines = map(_STATUS.match, written.splitlines())
    return {line["name"]: line["status"] for line in lines if line}


def mutant_of(name: str, difference: str, status: str = "survived") -> Mutant:
    """A mutant, as `mutmut show` writes it."""
    lines = [line for line in difference.splitlines() if not line.startswith(("---", "+++"))]
    before, after = (
        "\n".join(line[1:] for line in lines if line.startswith(sign)) for sign in "-+"
    )
    return Mutant(name, before, after, status)


def unexplained(mutants: Sequence[Mutant], known: Sequence[Equivalent]) -> list[Mutant]:
    """Those of the mutants that no entry explains."""
    return [mutant for mutant in mutants if not any(one.explains(mutant) for one in known)]


def unneeded(mutants: Sequence[Mutant], known: Sequence[Equivalent]) -> list[Equivalent]:
    """Those of the entries that explain none of the mutants, and should."""
    return [one for one in known if not (one.endless or any(map(one.explains, mutants)))]


def run(*, minutes: float) -> int:
    """Try all mutants, for so long at most; 0 when all were tried and each survivor is known."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    project_copy(FOLDER)
    _mutate(seconds=60 * minutes)
    found = statuses(_told("results", "--all", "true"))
    print(*(f"{status}: {number}" for status, number in Counter(found.values()).items()), sep=", ")
    untried = [name for name, status in found.items() if status in UNTRIED]
    survivors = [
        mutant_of(name, _told("show", name), status)
        for name, status in found.items()
        if status not in NOTICED | UNTRIED
    ]
    return report(survivors, untried=len(untried) if found else 1)


def report(survivors: Sequence[Mutant], *, untried: int) -> int:
    """Print what is to be looked at; 1 when there is anything."""
    known = listed()
    unknown = unexplained(survivors, known)
    for mutant in unknown:
        print(f"{mutant.status.upper()}  {mutant.name} ({mutant.function})")
        print(*(f"        - {line}" for line in mutant.before.splitlines()), sep="\n")
        print(*(f"        + {line}" for line in mutant.after.splitlines()), sep="\n")
    idle = [] if untried else unneeded(survivors, known)
    for one in idle:
        print(f"UNNEEDED  in {LISTED.name}: {one.function or 'anywhere'}: {one.was}")
    if untried:
        print(f"NOT TRIED {untried}: more time is needed, or mutmut did not get so far")
    print(f"{len(survivors) - len(unknown)} that were not noticed are known.")
    return int(bool(unknown or idle or untried))


def project_copy(to: Path) -> None:
    """Copy what the tests of prices need, so that nothing in the project changes."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, to / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, to / name)


def _mutate(*, seconds: float) -> None:
    process = subprocess.Popen([*MUTMUT, "run"], cwd=FOLDER, start_new_session=True)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        print("\nTime is over.")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _told(*arguments: str) -> str:
    """What mutmut writes."""
    return subprocess.run(
        [*MUTMUT, *arguments], cwd=FOLDER, stdout=subprocess.PIPE, text=True, check=False
    ).stdout
