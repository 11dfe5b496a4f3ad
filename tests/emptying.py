"""How a test that commits leaves the database: empty, by what it takes for the few rows there are.

Django truncates all tables, each with its indexes in new files, and makes content types and
permissions anew: more than a second for each of hundreds of tests.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import connections
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
END $$
"""


def empty_what_is_filled() -> None:
    """Have Django's test cases do so from now on."""
    TransactionTestCase._fixture_teardown = _empty


def _empty(case: Any) -> None:
    for alias in case._databases_names(include_mirrors=False):
        with connections[alias].cursor() as cursor:
            cursor.execute(EMPTY.format(tables=", ".join(_tables(alias))))


@cache
def _tables(alias: str) -> list[str]:
    """Those of all models."""
    found = connections[alias].introspection.django_table_names(
        only_existing=True, include_views=False
    )
    return sorted(set(found) - STAY)
