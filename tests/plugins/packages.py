"""Feature packages written to disk, as pip would leave them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SCOPE = {"level": 50, "category": "spa", "label": "See it", "description": "See all of it."}
URLS = "from __future__ import annotations\n\nurlpatterns: list[object] = []\n"


def manifest(name: str, /, **changes: Any) -> dict[str, Any]:
    """A correct manifest with changes; a value of None leaves the field out."""
    facts = {
        "name": name,
        "title": name.title(),
        "version": "1.0",
        "section": "extras",
        "scopes": {f"{name}_get": SCOPE},
    } | changes
    return {field: value for field, value in facts.items() if value is not None}


def write_app(
    directory: Path, facts: Any, *, urls: str | None = URLS, apps: str = "", init: str = ""
) -> None:
    """A Django app with this manifest (text is written as it is)."""
    directory.mkdir(parents=True)
    (directory / "__init__.py").write_text(init)
    if apps:
        (directory / "apps.py").write_text(apps)
    if urls is not None:
        (directory / "urls.py").write_text(urls)
    if facts is not None:
        text = facts if isinstance(facts, str) else json.dumps(facts)
        (directory / "scopes.json").write_text(text)


def write_distribution(site: Path, package: str, *, value: str = "") -> None:
    """The metadata that makes an installed package a feature."""
    info = site / f"{package}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    entry = f"{package} = {value or package}\n"
    (info / "entry_points.txt").write_text(f"[bookyflow.features]\n{entry}")
