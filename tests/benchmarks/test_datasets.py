from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import psycopg
import pytest
from django.db import connection

from benchmarks.datasets import Size, build, buildings
from benchmarks.loading import put_aside

pytestmark = pytest.mark.django_db

TINY = Size("tiny", properties=20, stays_per_room=4)
OVERLAPS = """
SELECT count(*) FROM availability_occupancy AS one
JOIN availability_occupancy AS other
  ON other.room_id = one.room_id AND other.id > one.id AND other.nights && one.nights
"""
DEFINITIONS = """
SELECT conname, pg_get_constraintdef(oid), convalidated
FROM pg_constraint WHERE connamespace = current_schema()::regnamespace ORDER BY conname
"""


@pytest.fixture
def empty(db: None) -> Iterator[psycopg.Connection]:
    """A connection to the test database, beside Django's own; its work is undone at the end."""
    parameters = connection.get_connection_params()
    wanted = {"dbname", "user", "password", "host", "port"}
    plain = psycopg.connect(**{name: parameters[name] for name in wanted & parameters.keys()})
    yield plain
    plain.rollback()
    plain.close()


def count(plain: psycopg.Connection, table: str) -> int:
    (found,) = plain.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
    return int(found)


def test_a_data_set_has_what_its_size_says(empty):
    build(empty, TINY, today=date(2027, 3, 1))

    assert count(empty, "properties_property") == TINY.properties
    assert count(empty, "rooms_room") == TINY.rooms == 100
    assert count(empty, "availability_occupancy") == TINY.stays == 400
    assert count(empty, "reservations_booking") == TINY.stays
    assert count(empty, "tariffs_dailyrate") > 365
    assert (empty.execute(OVERLAPS).fetchone() or ())[0] == 0


def test_every_constraint_is_there_again_and_checked(empty):
    before = empty.execute(DEFINITIONS).fetchall()
    build(empty, TINY, today=date(2027, 3, 1))

    assert empty.execute(DEFINITIONS).fetchall() == before
    with pytest.raises(psycopg.errors.ExclusionViolation):
        empty.execute(
            "INSERT INTO availability_occupancy (property_id, room_id, room_type_id, nights, kind, "
            "booking_id, pinned) SELECT property_id, room_id, room_type_id, nights, kind, "
            "booking_id, pinned FROM availability_occupancy LIMIT 1"
        )


def test_rows_that_break_a_constraint_are_refused_when_it_comes_back(empty):
    build(empty, TINY, today=date(2027, 3, 1))

    with (
        pytest.raises(psycopg.errors.ForeignKeyViolation),
        put_aside(empty, ["rooms_room"]),
    ):
        empty.execute("UPDATE rooms_room SET room_type_id = 987654 WHERE id = 1")


def test_ids_go_on_after_those_of_the_data_set(empty):
    build(empty, TINY, today=date(2027, 3, 1))

    row = empty.execute(
        "SELECT nextval(pg_get_serial_sequence('reservations_booking', 'id'))"
    ).fetchone()
    assert row == (TINY.stays + 1,)


def test_the_sizes_of_properties_follow_each_other():
    every = list(buildings(TINY))

    assert [len(building.rooms) for building in every[:3]] == [20, 1, 1]
    assert every[-1].rooms.stop - 1 == TINY.rooms
    assert every[0].is_priced
