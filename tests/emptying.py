"""How a test that commits leaves the database: as it was migrated, by what its few rows take.

Django truncates all tables, each with its indexes in new files, and makes content types and
permissions anew: more than a second for each of hundreds of tests. It also takes away what
migrations have put there, so that tests which need that had to come first.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import connection, connections, transaction
from django.test import TransactionTestCase

# Of the models alone, and the same after each test.
STAY = {"django_content_type", "auth_permission"}
# After all who write have ended, and without our triggers, which guard what nobody may take away;
# in the order of names, since some foreign keys are looked at with each table.
EMPTY = """
DO $$
DECLARE
    one text;
    filled text[] := '{{}}';
    is_filled boolean;
BEGIN
    LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE;
    FOREACH one IN ARRAY '{{{tables}}}'::text[] LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', one) INTO is_filled;
        IF is_filled THEN
            filled := filled || one;
        END IF;
    END LOOP;
    FOREACH one IN ARRAY filled LOOP
        EXECUTE format('ALTER TABLE %I DISABLE TRIGGER USER', one);
        EXECUTE format('DELETE FROM %I', one);
    END LOOP;
    SET CONSTRAINTS ALL IMMEDIATE;
    FOREACH one IN ARRAY filled LOOP
        EXECUTE format('ALTER TABLE %I ENABLE TRIGGER USER', one);
    END LOOP;
    SET CONSTRAINTS ALL DEFERRED;
END $$
"""
_seeds: dict[str, bytes] = {}  # the rows of each table that migrations fill


def empty_what_is_filled() -> None:
    """Have Django's test cases do so from now on."""
    TransactionTestCase._fixture_teardown = _as_migrated


def seeds_keep() -> None:
    """Remember what migrations have put into the database of this thread's connection."""
    for table in _tables():
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as rows:
            if found := b"".join(rows):
                _seeds[table] = found


def _as_migrated(case: Any) -> None:
    for alias in case._databases_names(include_mirrors=False):
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute(EMPTY.format(tables=", ".join(_tables())))
            for table, rows in _seeds.items():
                with cursor.copy(f"COPY {table} FROM STDIN") as place:
                    place.write(rows)


@cache
def _tables() -> list[str]:
    """Those of all models, but for what stays."""
    found = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(set(found) - STAY)
