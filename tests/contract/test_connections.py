"""Statements go through `core.database.connection`, which alone knows the server to read from."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("bookyflow", "features")
TAKEN = {"connection", "connections"}
# Who takes a connection from Django, and why.
EXEMPT = {
    "bookyflow/core/database.py": "It is where all others get it.",
    "bookyflow/core/history.py": "A check looks at the server that it is told to look at.",
    "bookyflow/core/management/commands/migrate.py": "So does this command.",
    "bookyflow/core/replica.py": "It compares the two servers.",
    "bookyflow/core/server_checks.py": "A check, as above.",
}


def takers() -> set[str]:
    """The files of the product that import Django's own."""
    files = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py")]
    return {str(file.relative_to(ROOT)) for file in files if takes(ast.parse(file.read_text()))}


def takes(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "django.db"
        and TAKEN & {alias.name for alias in node.names}
        for node in ast.walk(tree)
    )


def test_nobody_else_takes_a_connection_from_django():
    assert takers() == EXEMPT.keys()
