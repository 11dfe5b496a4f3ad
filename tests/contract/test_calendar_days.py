"""What day it is, is asked of the property and told to the database, never asked of the server.

The server's day is that of its own time zone and clock: for a part of each day it is another than
the property's, and no test can stop it. An instant such as `expires_at > now()` is nobody's day and
may be the server's.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).parents[2]
CLOCK = r"(now|(clock|statement|transaction)_timestamp)\s*\(\s*\)|current_timestamp|localtimestamp"
SERVERS_DAY = re.compile(
    rf"""\bcurrent_date\b
    | '(today|tomorrow|yesterday|now)'
    | ({CLOCK})\W*(AT\s+TIME\s+ZONE\s+\S+\s*)?::\s*date\b
    | ({CLOCK})[\s)]*(AT\s+TIME\s+ZONE\s+\S+\s*)?\bAS\s+date\b
    | \b(date|date_trunc|date_part|extract|to_char|age)\s*\([^;]*?({CLOCK})
    | \btimeofday\b | \bTrunc(Date|Day|Week|Month|Year)\b | \bCurrentDate\b""",
    re.IGNORECASE | re.VERBOSE,
)
# Here the span between two instants is measured, in seconds.
SPANS = {
    "bookyflow/core/sql.py": "extract(epoch FROM now() - min(due)",
    "bookyflow/events/sql.py": "extract(epoch FROM clock_timestamp() - at)",
}


@pytest.mark.parametrize(
    "statement",
    [
        "least(current_date, %(arrival)s)",
        "SELECT CURRENT_DATE",
        "SELECT 'today'::date",
        "day = now()::date",
        "(now() AT TIME ZONE 'UTC')::date",
        "(CURRENT_TIMESTAMP)::date",
        "CAST(now() AS date)",
        "CAST((now() AT TIME ZONE 'UTC') AS date)",
        "date(now())",
        "date_trunc('day', now())",
        "extract(dow FROM statement_timestamp())",
        "to_char(clock_timestamp(), 'YYYY-MM-DD')",
    ],
)
def test_the_servers_day_is_recognised(statement):
    assert SERVERS_DAY.search(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "expires_at > now()",
        "changed_at = statement_timestamp()",
        "now() + make_interval(secs => %(within)s)",
        "date >= %(today)s::date AND at < now()",
        "SELECT now(), %(day)s::date",
    ],
)
def test_instants_are_left_alone(statement):
    assert not SERVERS_DAY.search(statement)


def texts(path: Path) -> Iterator[str]:
    """The texts and names in a program, without its documentation."""
    tree = ast.parse(path.read_text())
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in documentation:
                yield text
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                yield name


def test_no_statement_asks_the_server_what_day_it_is():
    found = []
    for path in sorted((*ROOT.glob("bookyflow/**/*.py"), *ROOT.glob("features/**/*.py"))):
        name = str(path.relative_to(ROOT))
        found += [
            f"{name}: {text.strip()}"
            for text in texts(path)
            if SERVERS_DAY.search(text.replace(SPANS.get(name, "\0"), ""))
        ]

    assert found == []


@pytest.mark.django_db
def test_nothing_in_the_database_asks_it_either():
    """Defaults, constraints, indexes and functions, whichever migration or model they come from."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = current_schema()::regnamespace
            UNION ALL
            SELECT adrelid::regclass::text, pg_get_expr(adbin, adrelid) FROM pg_attrdef
            UNION ALL
            SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()
            UNION ALL
            SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
            UNION ALL
            SELECT proname, prosrc FROM pg_proc
            WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'bookyflow%%'
            """
        )
        rows = cursor.fetchall()

    assert len(rows) > 500
    assert [row for row in rows if SERVERS_DAY.search(row[1])] == []
