"""Statements that PostgreSQL keeps, and what it is told of their parameters."""

from __future__ import annotations

import pytest

from bookyflow.core.prepared import all_rows, first_row

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("number", [7, -70_000, 2**40])
def test_every_whole_number_is_a_bigint(number):
    """Indexes of a bigint and a range find nothing by a smaller one."""
    found = first_row("SELECT pg_typeof(%(n)s)::text, %(n)s", {"n": number})

    assert found == ("bigint", number)


def test_so_are_those_of_a_list():
    assert all_rows("SELECT pg_typeof(%(n)s)::text, %(n)s", {"n": [7, 70_000]}) == [
        ("bigint[]", [7, 70_000])
    ]
