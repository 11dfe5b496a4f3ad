from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from bookyflow.plugins.scaffold import write_feature
from tests.clusters import fresh_copy

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["Spa", "9lives", "docs", "a", "a-b", "../up"])
def test_refuses_names_that_no_feature_can_have(tmp_path, name):
    with pytest.raises(ValueError, match="cannot be the name"):
        write_feature(name, tmp_path)
    assert not list(tmp_path.iterdir())


def test_never_writes_over_what_is_there(tmp_path):
    write_feature("sauna", tmp_path)

    with pytest.raises(CommandError, match="exists"):
        call_command("features", "new", "sauna", directory=tmp_path)


@pytest.mark.django_db
def test_refuses_the_name_of_a_feature_that_is_there(tmp_path):
    with pytest.raises(CommandError, match="already"):
        call_command("features", "new", "echo", directory=tmp_path)


@pytest.mark.django_db
def test_a_new_feature_passes_its_own_tests_once_installed(tmp_path):
    folder = write_feature("sauna_time", tmp_path)
    facts = tomllib.loads((folder / "pyproject.toml").read_text())
    installed = folder / "bookyflow_sauna_time-1.0.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Name: bookyflow-sauna-time\nVersion: 1.0.0\n")
    (points,) = facts["project"]["entry-points"].items()
    lines = [f"[{points[0]}]", *(f"{name} = {module}" for name, module in points[1].items())]
    (installed / "entry_points.txt").write_text("\n".join(lines))
    # As an author does it, but for pip, which would need the network.
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{folder}"}
    for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER"):
        environment.pop(name, None)
    with fresh_copy("test_scaffold") as url:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "--ds",
                "bookyflow.settings",
                "--reuse-db",
                "-q",
                "tests",
            ],
            cwd=folder,
            env=environment | {"DATABASE_URL": url.replace("/test_scaffold", "/scaffold", 1)},
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout
    assert "request_log" not in done.stdout + done.stderr
