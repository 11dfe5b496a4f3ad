"""Data sets to measure on: a database of its own for each, built with COPY and used again.

The database's comment says what it was built from; it is built anew when that has changed: the
migrations, the lock file, this module, or the day, since stays lie around the day of building. A
run works on a copy, so that every run finds the same.
"""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from benchmarks.loading import copy_rows, put_aside, restart_ids

if TYPE_CHECKING:
    from django.db.models import Model

ROOT = Path(__file__).resolve().parent.parent
COPY = "bookyflow_bench_run"
BEST_BEFORE = 60  # days
MANAGER, CHANNEL = "bench", "bench"
PAST, SPAN = 180, 540  # days before today with which stays begin, and days they are spread over
PRICED_DAYS = 365
GUESTS = 5  # of each property
ROOMS = (20, 1, 1, 2, 2, 3, 4, 5, 5, 7)  # of ten properties that follow each other: 50
ROOM_TYPES = (1, 2, 3)
NIGHTS = (1, 1, 2, 2, 2, 3, 3, 4, 5, 7, 7, 10, 14)
PRICED = 40  # one group of ten properties in so many has prices
REGIONS = (
    "GB-PEM",
    "GB-CON",
    "IE-D",
    "CH-BE",
    "CH-GR",
    "IT-FI",
    "IT-RM",
    "AT-5",
    "AT-7",
    "DE-BE",
    "DE-BY",
    "DE-HH",
    "PT-08",
    "PT-11",
    "ES-M",
    "ES-B",
    "FR-2A",
    "NL-NH",
    "DK-84",
    "SE-AB",
)


@dataclass(frozen=True)
class Size:
    """How much: properties, of which ten have fifty rooms, and stays of each room."""

    name: str
    properties: int
    stays_per_room: int = 20

    @property
    def database(self) -> str:
        """The name of its database."""
        return f"bookyflow_bench_{self.name}"

    @property
    def rooms(self) -> int:
        """Rooms in all."""
        return self.properties * sum(ROOMS) // len(ROOMS)

    @property
    def stays(self) -> int:
        """Bookings in all, one room each."""
        return self.rooms * self.stays_per_room


SIZES = {size.name: size for size in (Size("small", 1_000), Size("large", 20_000))}


@dataclass(frozen=True)
class Building:
    """What a property has: the ids of its rooms, counted from 1 through the whole data set."""

    property_id: int
    rooms: range

    @property
    def is_priced(self) -> bool:
        """Whether it has tariffs with a year of prices."""
        return (self.property_id - 1) // len(ROOMS) % PRICED == 0

    @property
    def region(self) -> str:
        """ISO 3166-2. Whole groups of ten lie together, so that every region has all sizes."""
        return REGIONS[(self.property_id - 1) // len(ROOMS) % len(REGIONS)]


def buildings(size: Size) -> Iterator[Building]:
    """Every property, in order of the ids."""
    room = 1
    for number in range(size.properties):
        count = ROOMS[number % len(ROOMS)]
        yield Building(number + 1, range(room, room + count))
        room += count


@contextmanager
def copy_of(size: Size) -> Iterator[str]:
    """A copy of the data set, built first where needed; the URL of its database.

    Uses the server of DATABASE_URL, sets that to the copy, and sets Django up with it: nothing may
    have done so before. Ends the program when another copy is in use on this server.
    """
    given = os.environ["DATABASE_URL"]
    url = _with_name(given, COPY)
    os.environ["DATABASE_URL"] = url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bookyflow.settings")
    import django  # noqa: PLC0415  # reads DATABASE_URL

    django.setup()
    with psycopg.connect(given, autocommit=True) as guard:
        found = guard.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [COPY]).fetchone()
        if found != (True,):
            sys.exit("script/bench runs already on this server.")
        ensure(size, given)
        guard.execute(f"DROP DATABASE IF EXISTS {COPY} WITH (FORCE)")
        guard.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(COPY), sql.Identifier(size.database)
            )
        )
        try:
            yield url
        finally:
            guard.execute(f"DROP DATABASE {COPY} WITH (FORCE)")


def ensure(size: Size, server: str) -> None:
    """Build the data set where it is missing or out of date. Needs Django set up."""
    wanted = fingerprint(size)
    if _is_current(server, size, wanted):
        return
    print(f"Building the data set {size.name} ({size.stays:,} stays) …", flush=True)
    started = time.perf_counter()
    url = _with_name(server, size.database)
    _make_database(server, url, size)
    migrated = time.perf_counter()
    with psycopg.connect(url) as connection:
        build(connection, size, today=_today())
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
        _comment(connection, size, f"{wanted} {_today()}")
    ended = time.perf_counter()
    print(
        f"Built in {ended - started:.0f} s, of which {migrated - started:.0f} s for its tables.",
        flush=True,
    )


def build(connection: psycopg.Connection, size: Size, *, today: date) -> None:
    """Fill an empty, migrated database, in the transaction of the connection.

    Every constraint holds at the end, and was checked for every row.
    """
    from bookyflow.accounts.models import User  # noqa: PLC0415  # needs Django set up
    from bookyflow.availability.models import Occupancy  # noqa: PLC0415
    from bookyflow.channels.models import Channel, ChannelProperty  # noqa: PLC0415
    from bookyflow.guests.models import Guest  # noqa: PLC0415
    from bookyflow.properties.models import (  # noqa: PLC0415
        ManagerAccess,
        Property,
        PropertySettings,
    )
    from bookyflow.reservations.models import Booking  # noqa: PLC0415
    from bookyflow.rooms.models import Room  # noqa: PLC0415
    from bookyflow.tariffs.models import DailyRate, TariffType  # noqa: PLC0415

    models: list[type[Model]] = [User, Property, ManagerAccess, Room, Guest, TariffType, DailyRate]
    models += [Booking, Occupancy, Channel, ChannelProperty]
    tables = [table_of(PropertySettings), *map(table_of, models)]
    connection.execute("SET LOCAL maintenance_work_mem = '512MB'")
    connection.execute("SET LOCAL synchronous_commit = off")
    with put_aside(connection, tables), connection.cursor() as cursor:

        def fill(
            model: type[Model], varied: str, rows: Iterator[tuple[Any, ...]], **same: Any
        ) -> None:
            columns, line = _line(model, varied.split(), same)
            copy_rows(cursor, table_of(model), columns, (line % row for row in rows))

        every = list(buildings(size))
        uids = [(building.property_id,) for building in every]
        fill(User, "id", iter([(1,)]), username=MANAGER, password="!", access_level=70)  # noqa: S106  # none
        fill(Channel, "id user_id", iter([(1, 1)]), name=CHANNEL, friendly_name="Bench")
        fill(
            Property,
            "id name region country",
            ((b.property_id, f"Place {b.property_id}", b.region, b.region[:2]) for b in every),
            property_type_id=1,
            town="Harbour",
            street="4 Quay Street",
            is_published=True,
        )
        fill(PropertySettings, "property_id", iter(uids))
        linked = [(uid, uid) for (uid,) in uids]
        fill(ManagerAccess, "id property_id", iter(linked), user_id=1)
        fill(
            ChannelProperty, "id property_id remote_id", ((u, u, u) for (u,) in uids), channel_id=1
        )
        fill(Room, "id property_id room_type_id number", _rooms(every))
        fill(
            Guest, "id property_id", _guests(size), surname="Guest", first_name="Ada", country="GB"
        )
        fill(TariffType, "id property_id room_type_id", _tariff_types(every), name="Standard")
        fill(
            DailyRate,
            "id property_id tariff_type_id date price",
            _rates(every, today),
            min_stay=2,
        )
        fill(
            Booking,
            "id number property_id guest_id arrival departure departs_on state",
            _bookings(size, today),
            adults=2,
            currency="EUR",
            total=Decimal(240),
        )
        fill(
            Occupancy,
            "id booking_id property_id room_id room_type_id nights",
            _occupancies(size, today),
            kind="booking",
        )
        restart_ids(connection, [table_of(model) for model in models])


def table_of(model: type[Model]) -> str:
    """The name of a model's table."""
    return model._meta.db_table


def fingerprint(size: Size) -> str:
    """A digest of all that a data set is made from."""
    digest = hashlib.sha256(repr(size).encode())
    sources = [*ROOT.glob("bookyflow/*/migrations/*.py"), *ROOT.glob("features/*/migrations/*.py")]
    for path in (*sorted(sources), ROOT / "requirements.txt", Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:20]


def _today() -> date:
    return datetime.now(UTC).date()


def _is_current(url: str, size: Size, wanted: str) -> bool:
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [size.database],
        ).fetchone()
    digest, _, built = str(found[0] if found else "").partition(" ")
    return digest == wanted and _today() - date.fromisoformat(built) <= timedelta(BEST_BEFORE)


def _with_name(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _make_database(server: str, url: str, size: Size) -> None:
    """An empty database with all tables, dictionaries and features."""
    name = sql.Identifier(size.database)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
    subprocess.run(
        [sys.executable, "script/_prepare.py"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DATABASE_URL": url},
        stdout=subprocess.DEVNULL,
        check=True,
    )


def _comment(connection: psycopg.Connection, size: Size, text: str) -> None:
    name = sql.Identifier(size.database)
    connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(text)))


def _line(model: type[Model], varied: list[str], same: dict[str, Any]) -> tuple[list[str], str]:
    """Columns of a table, and a row for COPY with a place for each varied one.

    What is neither varied nor given has the model's default, so that a new field needs no change.
    """
    from django.db import connection  # noqa: PLC0415  # needs Django set up
    from django.db.models import NOT_PROVIDED, DateTimeField  # noqa: PLC0415

    now = datetime.now(UTC)
    columns, cells = list(varied), ["%s"] * len(varied)
    for field in model._meta.concrete_fields:
        column = str(field.column)
        provided = column in same
        if column in varied or field.primary_key:
            continue
        if not provided and field.db_default is not NOT_PROVIDED:
            continue
        value = same[column] if provided else field.get_default()
        if isinstance(field, DateTimeField) and (field.auto_now or field.auto_now_add):
            value = now
        columns.append(column)
        cells.append(_text(field.get_db_prep_save(value, connection)).replace("%", "%%"))
    return columns, "\t".join(cells)


def _text(value: Any) -> str:
    """A value as COPY reads it."""
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, list):
        return "{" + ",".join(map(str, value)) + "}"
    if hasattr(value, "dumps"):  # psycopg's wrapper of JSON; only empty ones here
        return "{}"
    return str(value).replace("\\", r"\\")


def _rooms(every: list[Building]) -> Iterator[tuple[Any, ...]]:
    for building in every:
        for number, room in enumerate(building.rooms, 1):
            yield room, building.property_id, _room_type(room), number


def _room_type(room: int) -> int:
    return ROOM_TYPES[room % len(ROOM_TYPES)]


def _guests(size: Size) -> Iterator[tuple[int, int]]:
    for number in range(size.properties * GUESTS):
        yield number + 1, number // GUESTS + 1


def _tariff_types(every: list[Building]) -> Iterator[tuple[int, int, int]]:
    number = 0
    for building in every:
        if building.is_priced:
            for room_type in sorted({_room_type(room) for room in building.rooms}):
                number += 1
                yield number, building.property_id, room_type


def _rates(every: list[Building], today: date) -> Iterator[tuple[Any, ...]]:
    days = [(today + timedelta(day)).isoformat() for day in range(PRICED_DAYS)]
    number = 0
    for tariff_type, property_id, _ in _tariff_types(every):
        for day, text in enumerate(days):
            number += 1
            yield number, property_id, tariff_type, text, 80 + day // 7


def _stays(size: Size) -> Iterator[tuple[int, int, int, int, int]]:
    """(number, property, room, arrival, departure), the last two as days after the first one.

    The same every time. Each stay of a room has a part of the time to itself, so none overlap.
    """
    chance = random.Random(11).random  # noqa: S311  # test data
    part = SPAN // size.stays_per_room
    number = 0
    for building in buildings(size):
        for room in building.rooms:
            for start in range(0, part * size.stays_per_room, part):
                number += 1
                nights = NIGHTS[int(chance() * len(NIGHTS))]
                arrival = start + int(chance() * (part - nights + 1))
                yield number, building.property_id, room, arrival, arrival + nights


def _days(today: date) -> list[str]:
    return [(today + timedelta(day - PAST)).isoformat() for day in range(SPAN + 1)]


def _bookings(size: Size, today: date) -> Iterator[tuple[Any, ...]]:
    days = _days(today)
    for number, property_id, _, arrival, departure in _stays(size):
        guest = (property_id - 1) * GUESTS + number % GUESTS + 1
        state = "checked_out" if departure < PAST else "confirmed"
        # No number of ten digits, which a booking made later could get.
        first, end = days[arrival], days[departure]
        yield number, f"B{number:09}", property_id, guest, first, end, end, state


def _occupancies(size: Size, today: date) -> Iterator[tuple[Any, ...]]:
    days = _days(today)
    for number, property_id, room, arrival, departure in _stays(size):
        nights = f"[{days[arrival]},{days[departure]})"
        yield number, number, property_id, room, _room_type(room), nights
