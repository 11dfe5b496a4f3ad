"""docs/clients.md and docs/agents.md show what script/clients has run."""

from __future__ import annotations

import json
import re
from pathlib import Path
from textwrap import dedent, indent

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CLIENTS = ROOT / "clients"
PAGES = {name: (ROOT / "docs" / name).read_text() for name in ("clients.md", "agents.md")}
SNIPPETS = [
    (name, language, code)
    for name, page in PAGES.items()
    for language, code in re.findall(r"^```(python|ts)\n(.*?)^```$", page, re.M | re.S)
]
PROGRAMS = {
    "python": [file.read_text() for file in CLIENTS.glob("*.py")],
    "ts": [file.read_text() for file in (CLIENTS / "typescript").glob("*.ts")],
}


@pytest.mark.parametrize(("name", "language", "code"), SNIPPETS)
def test_snippets_are_part_of_programs_that_run(name, language, code):
    shown = [indent(dedent(code), " " * depth) for depth in (0, 4, 8)]

    assert any(one in program for one in shown for program in PROGRAMS[language])


def test_shows_the_whole_server_for_agents():
    assert (CLIENTS / "mcp_server.py").read_text() in [code for _, _, code in SNIPPETS]


@pytest.mark.parametrize("package", ["openapi-python-client", "fastmcp"])
def test_names_the_locked_versions_of_python_packages(package):
    lock = (CLIENTS / "requirements.txt").read_text()
    (version,) = re.findall(rf"^{package}==(\S+)", lock, re.M)

    assert any(version in page for page in PAGES.values())


def test_names_the_locked_versions_of_npm_packages():
    lock = json.loads((CLIENTS / "typescript" / "package-lock.json").read_text())["packages"]
    for package in ("openapi-typescript", "openapi-fetch", "@hey-api/openapi-ts", "typescript"):
        version = lock[f"node_modules/{package}"]["version"]

        assert package.lower() in PAGES["clients.md"].lower()
        assert version in PAGES["clients.md"]


def test_the_npm_lock_names_no_registry():
    lock = json.loads((CLIENTS / "typescript" / "package-lock.json").read_text())["packages"]

    assert not [name for name, entry in lock.items() if "resolved" in entry]
