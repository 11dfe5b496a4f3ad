"""Clients go on by their cursors on a copy of the database, in a cluster that counts anew."""

from __future__ import annotations

import itertools

import psycopg
import pytest
from django.db import connection, transaction
from psycopg import sql as compose

from bookyflow.events.models import Event
from tests.clusters import (
    ROOT,
    connected_to,
    new_cluster,
    new_database,
    next_transaction,
    own_database,
    program,
    transactions_until,
)
from tests.domain.events.conftest import committed, ids, one, read
from tests.feeds import settled

pytestmark = pytest.mark.django_db(transaction=True)
_numbers = itertools.count(1)
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
SKIP = "UPDATE events_lastposition SET position = position + 1000000000"
SEQUENCES = (
    "SELECT format('SELECT setval(%L, %s);', quote_ident(sequencename), last_value)"
    " FROM pg_sequences WHERE schemaname = current_schema() AND last_value IS NOT NULL"
)
AHEAD = 20_000  # transactions; making a copy takes a new cluster less than 5,000


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A cluster of its own, with its transaction ids far behind those of the used one."""
    with new_cluster(tmp_path_factory.mktemp("cluster") / "postgres") as url:
        yield url


@pytest.fixture
def used(transactional_db):
    """Events of a used cluster; their ids."""
    transactions_until(AHEAD)
    with transaction.atomic():
        made = [one(), one()]
    made += [committed() for _ in range(8)]
    settled()
    return made


@pytest.fixture
def restore(cluster, tmp_path):
    """Back up and restore as docs/operations.md says; where to connect to the copy."""

    def run():
        dump = tmp_path / "bookyflow.dump"
        copy = new_database(cluster, f"restored_{next(_numbers)}")
        program("pg_dump", "--format=custom", f"--file={dump}", own_database())
        program("pg_restore", "--clean", "--if-exists", "--no-owner", f"--dbname={copy}", dump)
        return copy

    return run


def pages(cursor):
    """The ids of all that follows a cursor, read in pages of three."""
    found, following = [], cursor
    while following is not None:
        page = read(cursor=following, limit=3)
        found += ids(page)
        following = page.next_cursor
    return found


def test_a_client_goes_on_by_its_cursor_on_a_restored_back_up(used, restore):
    """Nothing hidden, nothing lost, the order kept, although all ids of transactions differ."""
    cursor = read(limit=4).items[-1].cursor
    copy = restore()
    ahead = next_transaction()

    with connected_to(copy):
        behind = next_transaction()
        rest = pages(cursor)
        new = [committed() for _ in range(3)]
        settled()
        with_new = pages(cursor)
        transactions_until(behind + 50)
        much_later = pages(cursor)
        from_the_start = pages("")

    assert behind < ahead
    assert rest == used[4:]
    assert with_new == much_later == used[4:] + new
    assert from_the_start == used + new


def test_what_had_no_position_yet_keeps_its_place_before_what_happens_on_the_copy(used, restore):
    cursor = read().items[-1].cursor
    late = [committed(), committed()]
    copy = restore()

    with connected_to(copy):
        assert Event.objects.filter(position=None, pk__in=late).count() == 2
        new = [committed(), committed()]
        settled()
        found = pages(cursor)

    assert found == late + new


def test_events_after_the_back_up_may_be_lost_but_their_positions_are_not_given_again(
    used, restore
):
    """A client that has read on is beyond the end of the copy, by as much as the copy is old."""
    copy = restore()
    committed()
    settled()
    cursor = read().items[-1].cursor

    with connected_to(copy):
        with connection.cursor() as database:
            database.execute(SKIP)
        new = committed()
        settled()
        found = pages(cursor)

    assert found == [new]


def test_a_client_goes_on_by_its_cursor_on_a_logical_copy(used, cluster, tmp_path):
    """As logical replication leaves it: the rows of all tables, and no sequence moved."""
    cursor = read(limit=4).items[-1].cursor
    copy = new_database(cluster, "logical")
    schema = tmp_path / "schema.sql"
    program("pg_dump", "--schema-only", "--no-owner", f"--file={schema}", own_database())
    program("psql", "--quiet", f"--dbname={copy}", "--set=ON_ERROR_STOP=1", f"--file={schema}")
    copy_rows(own_database(), copy)

    with connected_to(copy):
        rest = pages(cursor)
    copy_sequences(own_database(), copy)
    with connected_to(copy):
        new = [committed() for _ in range(3)]
        settled()
        from_the_start = pages("")

    assert rest == used[4:]
    assert from_the_start == used + new
    assert new[0] > used[-1]


def copy_rows(source, target):
    """Copy the rows of all tables, as a subscription does."""
    with psycopg.connect(source) as here, psycopg.connect(target) as there:
        there.execute("SET session_replication_role = replica")
        tables = here.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        for (table,) in tables.fetchall():
            name = compose.Identifier(table)
            out = compose.SQL("COPY {} TO STDOUT (FORMAT binary)").format(name)
            into = compose.SQL("COPY {} FROM STDIN (FORMAT binary)").format(name)
            with here.cursor().copy(out) as rows, there.cursor().copy(into) as copied:
                for block in rows:
                    copied.write(block)


def copy_sequences(source, target):
    """What docs/operations.md has the operator do, since a subscription does not."""
    with psycopg.connect(source) as here, psycopg.connect(target) as there:
        for (statement,) in here.execute(SEQUENCES).fetchall():
            there.execute(statement)


@pytest.mark.parametrize("statement", [SKIP, SEQUENCES])
def test_the_operator_is_told_what_the_tests_do(statement):
    assert statement in " ".join(OPERATIONS.replace("\\\n", " ").split())
