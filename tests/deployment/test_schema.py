"""The product with its tables in a schema of another name, as cells will have them."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg
import pytest

from benchmarks.serving import ROOT
from tests.clusters import SCHEMA, fresh_copy

# Constraints, hand-written SQL of reading and writing, the feed of revisions.
TESTS = (
    "tests/domain/availability/test_occupancy.py",
    "tests/features/booking/test_quotes.py",
    "tests/features/cmf/test_modifications.py",
)


@pytest.mark.django_db
def test_tables_may_be_in_another_schema():
    with fresh_copy("test_cell") as url:
        with psycopg.connect(url, autocommit=True) as database:
            database.execute(f"ALTER SCHEMA {SCHEMA} RENAME TO cell_7")
            (name,) = database.execute("SELECT current_database()").fetchone()
            database.execute(f"ALTER DATABASE {name} SET search_path = cell_7")
        environment = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("PYTEST_", "SLIPCOVER_"))
        } | {"DATABASE_URL": url.replace("/test_cell", "/cell", 1), "TEST_SCHEMA": "cell_7"}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "--reuse-db", *TESTS],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
