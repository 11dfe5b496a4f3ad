"""The walk "Add an endpoint" of CONTRIBUTING.md, carried out in a copy as it is written."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap

import pytest

from benchmarks.serving import ROOT
from tests.clusters import fresh_copy

FOLDERS = ("bookyflow", "features", "locale", "script", "templates", "tests", "benchmarks", "docs")
MOST_LINES = 150  # of Python, for a rule, an event, an endpoint and their tests
BLOCK = re.compile(r"^ *```(\w+)\n(.*?)^ *```$", re.M | re.S)
NEW_FILE = re.compile(r"`([\w/]+\.(?:py|json))`[^`]*$", re.S)


def steps():
    """Text before each block, kind of the block, and the block."""
    walk = (ROOT / "CONTRIBUTING.md").read_text().split("## Add an endpoint\n")[1]
    walk = walk.split("\n## ")[0]
    end = 0
    for found in BLOCK.finditer(walk):
        yield walk[end : found.start()], found[1], textwrap.dedent(found[2])
        end = found.end()


def insert(path, block, words):
    """Put a block where the words say: last of the imports, or of a list."""
    text = path.read_text()
    if "imports" in words:
        *_, last = re.finditer(r"^from .*$", text, re.M)
        text = f"{text[: last.end()]}\n{block.rstrip()}{text[last.end() :]}"
    else:
        assert "urlpatterns" in words
        head, _, tail = text.rpartition("]")
        text = f"{head}{block}]{tail}"
    path.write_text(text)


@pytest.fixture
def copy(tmp_path):
    """What the walk touches, and what that needs."""
    unneeded = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=unneeded)
    for name in ("manage.py", "pyproject.toml", "README.md", "CONTRIBUTING.md"):
        shutil.copy2(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.django_db
def test_the_walk_leads_to_an_endpoint(copy):
    lines, last = 0, None
    for words, kind, block in steps():
        named = NEW_FILE.search(words)
        last = copy / named[1] if named else last
        if named and not last.exists():
            last.parent.mkdir(parents=True, exist_ok=True)
            last.write_text(block)
        else:
            insert(last, block, words)
        lines += block.count("\n") if kind in {"python", "text"} else 0

    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST_", "SLIPCOVER_"))
    }

    def run(*command, **more):
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=copy,
            env=environment | more,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    run("ruff", "check", "bookyflow", "features", "tests")
    chosen = ("test_examples", "test_document", "test_events", "test_routes")
    contracts = [f"tests/contract/{name}.py" for name in chosen]
    with fresh_copy("test_walk") as url:
        run(
            *("pytest", "-q", "-p", "no:cacheprovider", "--reuse-db"),
            *("-k", "stars or star_rating"),
            *("tests/features/properties/test_stars.py", *contracts),
            DATABASE_URL=url.replace("/test_walk", "/walk", 1),
        )
    assert lines <= MOST_LINES
