"""Statements that PostgreSQL keeps, and what it is told of their parameters."""

from __future__ import annotations

import psycopg
import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from psycopg.pq import TransactionStatus

from bookyflow.api.calls.transactions import whole
from bookyflow.core.postgresql.statements import MOST
from bookyflow.core.prepared import all_rows, first_row, run
from tests.clusters import connected_to, own_database

pytestmark = pytest.mark.django_db

THREE_TIMES = range(3)
KEPT = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%of its own%%'"
MADE = """
DROP TABLE IF EXISTS of_its_own;
CREATE UNLOGGED TABLE of_its_own (number integer);
INSERT INTO of_its_own VALUES (7)
"""
READ = "SELECT number, '%% of its own' FROM of_its_own WHERE number > %(least)s"


def kept():
    (number,) = first_row(KEPT, {}) or (None,)
    return number


def change(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def table():
    """A table, and a connection of its own that has prepared what reads it."""
    with connected_to(own_database()):
        change(MADE)
        for _ in THREE_TIMES:
            assert all_rows(READ, {"least": 1}) == [(7, "% of its own")]
        assert kept() == 1
        yield
        change("DROP TABLE of_its_own")


@pytest.mark.parametrize("number", [7, -70_000, 2**40])
def test_every_whole_number_is_a_bigint(number):
    """Indexes of a bigint and a range find nothing by a smaller one."""
    found = first_row("SELECT pg_typeof(%(n)s)::text, %(n)s", {"n": number})

    assert found == ("bigint", number)


def test_so_are_those_of_a_list():
    assert all_rows("SELECT pg_typeof(%(n)s)::text, %(n)s", {"n": [7, 70_000]}) == [
        ("bigint[]", [7, 70_000])
    ]


def test_what_is_undone_makes_nothing_be_prepared_again(table):
    with transaction.atomic():
        first_row(READ, {"least": 1})
        transaction.set_rollback(True)

    assert kept() == 1


def test_parameters_of_another_type_make_another_statement(table):
    for _ in THREE_TIMES:
        assert all_rows(READ, {"least": "7"}) == []

    assert kept() == 2


def test_a_fault_does_not_keep_a_statement_from_being_run(table):
    with pytest.raises(DatabaseError, match="invalid input syntax"):
        all_rows(READ, {"least": "many"})

    assert all_rows(READ, {"least": 1}) == [(7, "% of its own")]


def test_rows_are_counted_that_a_statement_touches(table):
    changed = "UPDATE of_its_own SET number = number + %(more)s"

    assert [run(changed, {"more": 1}) for _ in THREE_TIMES] == [1, 1, 1]
    assert run(f"{changed} RETURNING number", {"more": 1}) == 1
    assert run(f"{changed} WHERE number < 0", {"more": 1}) == 0


def test_a_column_that_is_of_another_type_since_is_read_at_once(table):
    change("ALTER TABLE of_its_own ALTER number TYPE bigint")

    assert all_rows(READ, {"least": 1}) == [(7, "% of its own")]


def test_in_a_transaction_it_is_tried_again_from_the_beginning(table):
    change("ALTER TABLE of_its_own ALTER number TYPE bigint")
    found = []

    def work():
        found.append("begun")
        found.extend(all_rows(READ, {"least": 1}))

    whole(work)

    assert found == ["begun", "begun", (7, "% of its own")]


def test_no_more_are_kept_than_the_server_should_hold(table):
    for number in range(MOST + 2):
        for _ in THREE_TIMES:
            assert first_row(f"SELECT {number} + %(n)s", {"n": 1}) == (number + 1,)

    (held,) = first_row("SELECT count(*) FROM pg_prepared_statements", {}) or (None,)
    assert held == MOST
    assert all_rows(READ, {"least": 1}) == [(7, "% of its own")]


def test_a_transaction_whose_first_statement_fails_is_undone(table):
    with pytest.raises(DatabaseError, match="invalid input syntax"), transaction.atomic():
        all_rows(READ, {"least": "many"})

    with transaction.atomic():
        assert all_rows(READ, {"least": 1}) == [(7, "% of its own")]
    assert connection.connection.pgconn.transaction_status == TransactionStatus.IDLE


def test_a_server_that_has_gone_is_found_at_the_first_statement(table):
    info = connection.connection.info
    with psycopg.connect(info.dsn, password=info.password) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [info.backend_pid])

    with pytest.raises(OperationalError), transaction.atomic():
        all_rows(READ, {"least": 1})
    connection.close()

    with transaction.atomic():
        assert all_rows(READ, {"least": 1}) == [(7, "% of its own")]
