"""A migrated database that test databases are copies of, kept from run to run.

To migrate one takes half a minute, since Django makes all models anew for each step; to copy it
takes less than a second.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.apps import apps
from django.db import connection

from tests.clusters import ROOT, SCHEMA, own_database

PREFIX = "test_template_"
KEPT = 4  # of other schemas and branches
LOCK = 5_408_113_296  # an advisory lock's number, which only this module uses
# What decides about tables besides the migrations: packages, and what migrations import.
BESIDE = (
    "requirements-dev.txt",
    "bookyflow/core/fields.py",
    "bookyflow/events/models.py",
    "bookyflow/properties/counting.py",
)
OURS = ("bookyflow", "features", "acme_spa")
DUMMIES = ROOT / "tests" / "dummy_feature"  # as pytest finds them: installed, and migrated as well


def template_use() -> None:
    """Have the test database made as a copy of a migrated one, which is made where there is none.

    Before Django makes it, and migrates what may be left. One process of a run makes the template,
    and the others wait for it.
    """
    url = urlsplit(own_database())
    name = PREFIX + _digest()
    with psycopg.connect(url._replace(path="/postgres").geturl(), autocommit=True) as admin:
        if name not in _templates(admin):
            admin.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            if name not in _templates(admin):  # nobody has made it meanwhile
                _make(admin, name)
    connection.settings_dict["TEST"]["TEMPLATE"] = name
    _schema_tell()


def _schema_tell() -> None:
    """Have a copy told of its schema before Django looks for what is migrated in it."""
    creation = connection.creation
    create = creation._create_test_db

    def created(*arguments: Any, **more: Any) -> Any:
        name = create(*arguments, **more)
        with creation._nodb_cursor() as cursor:
            cursor.execute(f"ALTER DATABASE {name} SET search_path = {SCHEMA}")
        return name

    creation._create_test_db = created


def _make(admin: psycopg.Connection, name: str) -> None:
    half = f"{name}_half"
    admin.execute(f"DROP DATABASE IF EXISTS {half} WITH (FORCE)")
    admin.execute(f"CREATE DATABASE {half}")
    admin.execute(f"ALTER DATABASE {half} SET search_path = {SCHEMA}")
    url = urlsplit(own_database())._replace(path=f"/{half}").geturl()
    with psycopg.connect(url, autocommit=True) as database:
        database.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--skip-checks", "--verbosity=0"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url, "PYTHONPATH": str(DUMMIES)},
        check=True,
    )
    admin.execute(f"ALTER DATABASE {half} RENAME TO {name}")
    for old in _templates(admin)[KEPT:]:
        admin.execute(f"DROP DATABASE {old} WITH (FORCE)")


def _templates(admin: psycopg.Connection) -> list[str]:
    """All that are whole, the newest first."""
    rows = admin.execute(
        "SELECT datname FROM pg_database WHERE datname ~ %s ORDER BY oid DESC",
        [f"^{PREFIX}[0-9a-f]+$"],
    )
    return [name for (name,) in rows]


def _digest() -> str:
    """Of all that decides about the tables."""
    found = hashlib.sha256(SCHEMA.encode())
    for file in (*migrations(), *(ROOT / path for path in BESIDE)):
        found.update(file.read_bytes())
    return found.hexdigest()[:16]


def migrations() -> Iterator[Path]:
    """The files of all migrations of ours."""
    for app in sorted(apps.get_app_configs(), key=lambda one: one.name):
        if app.name.startswith(OURS):
            yield from sorted(Path(app.path, "migrations").glob("*.py"))
