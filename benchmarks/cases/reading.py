"""Reads of one property."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import psycopg

from benchmarks.calls import OK, statements
from benchmarks.cases import Case
from benchmarks.playground import Bench, distinct, reservation
from benchmarks.report import Result, at_most
from benchmarks.samples import Work, milliseconds, ratio, seconds
from bookyflow.api.checks import feature_routes
from bookyflow.availability import sql as availability
from bookyflow.reservations.models import Booking, BookingKind

MOST_STATEMENTS = 6
YEAR = 365
_PARAMETER = re.compile(r"<(\w+):(\w+)>")
STAY = timedelta(3)


def reads(bench: Bench) -> Iterator[Result]:
    """Statements of every read that names a property, for a small property and a large one."""
    small, large = _stayed_at(bench, rooms=1), _stayed_at(bench, rooms=20)
    counted: dict[str, tuple[int, int]] = {}
    skipped: list[str] = []
    for label, route in sorted(_routes()):
        paths = [_path(route, known) for known in (small, large)]
        if any(path is None or bench.api.call("GET", path).status != OK for path in paths):
            skipped.append(label)
            continue
        first, second = (statements(bench.api.prepared("GET", str(path))) for path in paths)
        counted[label] = (first, second)
    most = max(max(pair) for pair in counted.values())
    grown = {label: pair for label, pair in counted.items() if pair[0] != pair[1]}
    spread = Counter(pair[1] for pair in counted.values())
    above = [label for label, pair in counted.items() if max(pair) > MOST_STATEMENTS]
    shown = ", ".join(f"{number} reads with {count}" for count, number in sorted(spread.items()))
    yield Result(
        f"SQL statements of {len(counted)} single-property reads, the most",
        str(most),
        f"<= {MOST_STATEMENTS}",
        passed=most <= MOST_STATEMENTS,
        detail=shown
        + (f"; too many: {', '.join(above)}" if above else "")
        + (f"; not measured: {', '.join(skipped)}" if skipped else ""),
    )
    yield Result(
        "the same with 1 room and with 20: reads that need more",
        str(len(grown)),
        "0",
        passed=not grown,
        detail=", ".join(f"{label} {pair[0]} > {pair[1]}" for label, pair in grown.items()),
    )


def reads_works(bench: Bench, count: int) -> list[Work]:
    """The whole of one property, as a channel reads it."""
    return [bench.api.prepared("GET", f"/cmf/property/{bench.place(20).property_id}")] * count


def _stayed_at(bench: Bench, *, rooms: int) -> dict[str, Any]:
    """Ids for the parameters of paths: a property, one of its bookings, a block."""
    (uid,) = bench.hotels(1, rooms=rooms, priced=60)
    night = bench.today + timedelta(20)
    for number, remote_id in enumerate(distinct("read", min(rooms, 5))):
        body = reservation(remote_id, uid, night + STAY * number)
        bench.api.prepared("PUT", "/cmf/reservations/add", body)()
    nights = {"date_from": str(night + STAY * 6), "date_to": str(night + STAY * 7)}
    block = {"property_uid": uid, "availability": nights, "text": "Paint"}
    bench.api.prepared("PUT", "/cmf/property/blackbooking", block)()
    booked = Booking.objects.filter(property=uid, kind=BookingKind.BOOKING).latest("pk")
    blocked = Booking.objects.filter(property=uid, kind=BookingKind.BLOCK).latest("pk")
    start = bench.today
    return {
        "property_uid": uid,
        "contract_uid": booked.pk,
        "contract_id": blocked.pk,
        "start_date": start,
        "end_date": start + STAY,
        "number_of_people": 2,
        "date": start,
        "lang": "en-GB",
        "int": 2,
    }


def _routes() -> Iterator[tuple[str, str]]:
    for route in feature_routes():
        named = "property_uid>" in route.route
        if route.method == "GET" and named and not route.hidden and route.contract:
            yield route.contract.name, route.route


def _path(route: str, known: dict[str, Any]) -> str | None:
    """The path with its parameters filled in; None when there is no value for one."""
    for converter, name in _PARAMETER.findall(route):
        is_second = converter == "date" and str(known["date"]) in route
        value = known.get(name, known["end_date"] if is_second else known.get(converter))
        if value is None:
            return None
        route = route.replace(f"<{converter}:{name}>", str(value))
    return "/" + route.removeprefix("bookyflow/api/")


def calendar(bench: Bench) -> Iterator[Result]:
    """A year of one property's nights."""
    uid = bench.place(20).property_id
    last = bench.today + timedelta(YEAR - 1)
    parameters = {"property_id": uid, "first": bench.today, "last": last}
    with bench.connect() as connection:
        works: dict[str, Work] = {
            "API": calendar_works(bench, 1)[0],
            "SQL": partial(fetch, connection, availability.CALENDAR, parameters),
        }
        took = seconds(works, rounds=bench.rounds(20), calls=5)
    yield at_most(
        f"calendar of {YEAR} days and 20 rooms: time / bare SQL",
        ratio(took["API"], took["SQL"]),
        4,
        f"API {milliseconds(took['API'])} with {statements(works['API'])} SQL, "
        f"bare SQL {milliseconds(took['SQL'])}",
    )


def calendar_works(bench: Bench, count: int) -> list[Work]:
    """The calendar of a year."""
    uid = bench.place(20).property_id
    last = bench.today + timedelta(YEAR - 1)
    path = f"/cmf/property/calendar/{uid}/{bench.today}/{last}"
    return [bench.api.prepared("GET", path)] * count


def free_rooms(bench: Bench) -> Iterator[Result]:
    """The rooms of one property that are free for a stay."""
    parameters = {
        "property_id": bench.place(20).property_id,
        "arrival": bench.today,
        "departure": bench.today + STAY,
        "today": bench.today,
        "most": None,
        "room_type_id": None,
        "guests": 0,
        "adults": 0,
        "children": 0,
    }
    with bench.connect() as connection:
        works: dict[str, Work] = {
            "API": free_rooms_works(bench, 1)[0],
            "SQL": partial(fetch, connection, availability.FREE_ROOMS, parameters),
        }
        took = seconds(works, rounds=bench.rounds(20), calls=10)
    found = ratio(took["API"], took["SQL"])
    yield Result(
        "free rooms of 20 for three nights: time / bare SQL",
        str(found),
        spread=found.spread,
        detail=f"API {milliseconds(took['API'])} with {statements(works['API'])} SQL, "
        f"bare SQL {milliseconds(took['SQL'])}",
    )


def free_rooms_works(bench: Bench, count: int) -> list[Work]:
    """The free rooms of one property."""
    last = bench.today + STAY - timedelta(1)
    path = f"/cmf/property/available/rooms/{bench.place(20).property_id}/{bench.today}/{last}"
    return [bench.api.prepared("GET", path)] * count


def fetch(connection: psycopg.Connection, text: str, parameters: Any) -> list[Any]:
    """Run a statement and read all of its rows."""
    return connection.execute(text, parameters).fetchall()


CASES = (
    Case("reads", reads, reads_works),
    Case("calendar", calendar, calendar_works),
    Case("free_rooms", free_rooms, free_rooms_works),
)
