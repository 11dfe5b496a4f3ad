"""What script/soak says of the mutants of the prices."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
import tomllib

import pytest

from benchmarks import mutants
from benchmarks.mutants import Equivalent, Mutant, listed, mutant_of, statuses

SHOWN = """\
# bookyflow.pricing.rooms.x_nightly__mutmut_3: survived
--- bookyflow/pricing/rooms.py
+++ bookyflow/pricing/rooms.py
@@ -3,4 +3,4 @@
     if rules.flat:
-        return [prices[0]] * len(prices)
+        return [prices[1]] * len(prices)
     return prices
"""
NAME = "bookyflow.pricing.rooms.x_nightly__mutmut_3"
FLAT = mutant_of(NAME, SHOWN)
KNOWN = Equivalent("prices[0]", "prices[1]", "They are the same.", "rooms.nightly")


def test_a_mutant_is_read_from_what_mutmut_shows():
    assert (
        Mutant(
            NAME,
            before="        return [prices[0]] * len(prices)",
            after="        return [prices[1]] * len(prices)",
        )
        == FLAT
    )
    assert FLAT.function == "rooms.nightly"
    assert Mutant("bookyflow.pricing.fees.xǁGuestCountsǁof__mutmut_5", "", "").function == (
        "fees.GuestCounts.of"
    )


def test_what_became_of_mutants_is_read_from_what_mutmut_lists():
    written = f"    {NAME}: survived\n    {NAME}4: not checked\nsomething else\n"

    assert statuses(written) == {NAME: "survived", f"{NAME}4": "not checked"}


@pytest.mark.parametrize(
    ("entry", "explains"),
    [
        (KNOWN, True),
        (Equivalent("[0]", "[1]", "In any function."), True),
        (Equivalent("[0]", "[2]", "Another change."), False),
        (Equivalent("prices", "prices", "None at all."), False),
        (Equivalent("[0]", "[1]", "Elsewhere.", "rooms.mean_night"), False),
    ],
)
def test_an_entry_explains_its_change_and_no_other(entry, explains):
    assert entry.explains(FLAT) is explains


def test_a_survivor_that_nobody_has_looked_at_fails_the_run(monkeypatch, capsys):
    monkeypatch.setattr(mutants, "listed", list)

    assert mutants.report([FLAT], untried=0) == 1
    assert "SURVIVED  bookyflow.pricing.rooms.x_nightly__mutmut_3" in capsys.readouterr().out


def test_an_entry_that_is_not_needed_fails_the_run(monkeypatch, capsys):
    monkeypatch.setattr(mutants, "listed", lambda: [KNOWN])

    assert mutants.report([], untried=0) == 1
    assert "UNNEEDED" in capsys.readouterr().out


def test_a_run_that_has_not_tried_all_does_not_pass(monkeypatch, capsys):
    monkeypatch.setattr(mutants, "listed", lambda: [KNOWN])

    assert mutants.report([], untried=3) == 1
    assert "NOT TRIED 3" in capsys.readouterr().out


def test_a_run_passes_when_every_survivor_is_known(monkeypatch):
    monkeypatch.setattr(mutants, "listed", lambda: [KNOWN])

    assert mutants.report([FLAT], untried=0) == 0


@pytest.mark.parametrize("entry", listed(), ids=str)
def test_what_is_listed_is_in_the_code_and_has_a_reason(entry):
    assert entry.reason
    if entry.function:
        module, *names = entry.function.split(".")
        place = importlib.import_module(f"bookyflow.pricing.{module}")
        for name in names:
            place = getattr(place, name)
        assert entry.was in inspect.getsource(place)


def test_what_is_copied_is_all_that_the_tests_need(tmp_path):
    """Else mutmut ends before it has tried a single one."""
    settings = tomllib.loads((mutants.ROOT / "pyproject.toml").read_text())["tool"]["mutmut"]
    needed = {*settings["source_paths"], *settings["also_copy"], "tests", "pyproject.toml"}
    assert needed == set(mutants.COPIED)

    mutants.project_copy(tmp_path)
    selected = settings["pytest_add_cli_args_test_selection"]
    collected = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--collect-only", *selected],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert collected.returncode == 0, collected.stdout
