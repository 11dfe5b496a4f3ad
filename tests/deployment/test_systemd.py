"""The units in docs/systemd: that systemd takes them, and how far they are confined."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.drill.parts import RESTART, SHIPPED

UNITS = SHIPPED.parent / "systemd"
ANALYZE = shutil.which("systemd-analyze")
MOST_EXPOSED = 2.0  # of 10, by systemd's own count; a unit that says nothing has 9.6
OPERATIONS = (SHIPPED.parent / "operations.md").read_text()

needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd is not installed")


@pytest.fixture
def units(tmp_path):
    """The units with programs that there are; a template as the instance of port 8001."""
    here = Path(sys.executable).parent
    for unit in UNITS.iterdir():
        text = unit.read_text().replace("/srv/bookyflow/.venv/bin", str(here))
        (tmp_path / unit.name.replace("@", "@8001")).write_text(text)
    return sorted(tmp_path.iterdir())


def analyze(*words):
    done = subprocess.run([ANALYZE, *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@needs_systemd
def test_systemd_finds_no_fault(units):
    assert analyze("verify", *units) == (0, "")


@needs_systemd
def test_systemd_finds_them_confined(units):
    _, said = analyze("security", "--offline=true", "--no-pager", *units)

    levels = [float(level) for level in re.findall(r"exposure level for \S+: ([\d.]+)", said)]
    assert len(levels) == len(units)
    assert max(levels) < MOST_EXPOSED


def test_all_units_are_given_the_same_and_confined_alike():
    counting = ("RuntimeDirectory", "Environment=PROMETHEUS_MULTIPROC_DIR=")
    own = {"ExecStart", "ExecReload", "KillMode", "Restart", "RestartSec", "TimeoutStopSec", "Type"}

    def common(unit):
        joined = unit.read_text().replace("\\\n", "")
        (service,) = re.findall(r"\[Service\]\n(.*?)(?=\n\[|\Z)", joined, re.DOTALL)
        lines = [line for line in service.splitlines() if line and not line.startswith("#")]
        return [
            line
            for line in lines
            if line.partition("=")[0] not in own and not line.startswith(counting)
        ]

    assert len({tuple(common(unit)) for unit in UNITS.iterdir()}) == 1


def test_who_dies_is_started_again_as_fast_as_the_drill_does():
    for name in ("bookyflow-web@.service", "bookyflow-worker.service"):
        text = (UNITS / name).read_text()
        assert f"RestartSec={RESTART:.0f}\n" in text
        assert "Restart=always\n" in text


def test_each_secret_has_its_file_and_is_told_how_to_make():
    text = (UNITS / "bookyflow-worker.service").read_text()
    loaded = re.findall(r"^LoadCredential=(\w+):/etc/bookyflow/secrets/(\w+)$", text, re.MULTILINE)
    named = re.findall(r"\b([A-Z_]+)_FILE=%d/(\w+)", text)

    assert all(credential == file for credential, file in loaded)
    assert {file for _, file in named} == {file for _, file in loaded}
    for variable, file in named:
        assert variable.lower() == file
        assert f"| `{variable}` |" in OPERATIONS
        assert f"/etc/bookyflow/secrets/{file}" in OPERATIONS
