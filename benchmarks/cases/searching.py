"""Search by dates through all properties, against bare SQL that gives the same answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db import connection as database

from benchmarks.calls import Caller, recorded
from benchmarks.cases import Case
from benchmarks.cases.reading import fetch
from benchmarks.playground import Bench
from benchmarks.replaying import replay
from benchmarks.report import Result, at_most
from benchmarks.samples import Work, milliseconds, ratio, seconds
from bookyflow.availability.search import LARGEST_PAGE, Filters, Wanted, search
from bookyflow.core.dates import Stay

BUDGET, PRICED_BUDGET = 2, 4
PAGE = 50
AHEAD, NIGHTS = timedelta(30), timedelta(3)
LONG = 160  # characters of a line of a plan

# Properties with the number of their free rooms: an anti-join and nothing else.
IN_REGION = """
SELECT room.property_id, count(*)
FROM properties_property AS prop
JOIN rooms_room AS room ON room.property_id = prop.id
WHERE prop.region = %(region)s AND prop.is_published AND prop.is_approved
  AND prop.deleted_at IS NULL AND NOT prop.is_test
  AND NOT EXISTS (
      SELECT FROM availability_occupancy AS taken
      WHERE taken.room_id = room.id AND taken.nights && daterange(%(arrival)s, %(departure)s)
        AND (taken.expires_at IS NULL OR taken.expires_at > now()))
GROUP BY room.property_id
ORDER BY room.property_id
LIMIT %(limit)s
"""

# The same of the whole site, as many properties as a page has.
SITE_WIDE = """
SELECT prop.id, free.rooms
FROM properties_property AS prop
CROSS JOIN LATERAL (
    SELECT count(*) AS rooms
    FROM rooms_room AS room
    WHERE room.property_id = prop.id AND NOT EXISTS (
        SELECT FROM availability_occupancy AS taken
        WHERE taken.room_id = room.id AND taken.nights && daterange(%(arrival)s, %(departure)s)
          AND (taken.expires_at IS NULL OR taken.expires_at > now()))
) AS free
WHERE prop.is_published AND prop.is_approved AND prop.deleted_at IS NULL AND NOT prop.is_test
  AND free.rooms > 0
ORDER BY prop.id
LIMIT %(limit)s
"""


@dataclass(frozen=True)
class _Search:
    """A search, and the bare statement that gives the same answer where there is one."""

    name: str
    filters: Filters
    limit: int
    bare: str = ""
    priced: bool = False

    def run(self, wanted: Wanted) -> int:
        """How many properties are found."""
        page = search(wanted, filters=self.filters, limit=self.limit, priced=self.priced)
        return len(page.items)


def searches(bench: Bench) -> Iterator[Result]:
    """A region at once, and the first page of the whole site; the same with prices."""
    start: date = bench.today + AHEAD
    wanted = Wanted(Stay(start, start + NIGHTS))
    code = bench.place(20).region
    region = Filters(regions=[code])
    kinds = (
        _Search(f"a region ({code}), all of it", region, LARGEST_PAGE, IN_REGION),
        _Search(f"the whole site, first {PAGE}", Filters(), PAGE, SITE_WIDE),
        _Search(f"a region, first {PAGE}, with prices", region, PAGE, priced=True),
        _Search(f"the whole site, first {PAGE}, with prices", Filters(), PAGE, priced=True),
    )
    for kind in kinds:
        yield replace(_measured(bench, kind, wanted), plan=_plan(kind, wanted))
    for name, query in (
        ("a region, first 20", {"region": code}),
        ("the whole site, first 20", {}),
        ("the whole site, first 20, cheapest first", {"sort": "price"}),
        (
            "a region, up to 90 a night, cheapest first",
            {"region": code, "price_max": "90", "sort": "price"},
        ),
    ):
        yield _with_prices(bench, name, query, wanted.stay)


def _with_prices(bench: Bench, name: str, query: dict[str, str], stay: Stay) -> Result:
    """GET /search with dates, priced by the engine, and its own statements as bare SQL."""
    asked = urlencode({"arrival": stay.arrival, "departure": stay.departure, "guests": 2, **query})
    caller = Caller()
    work = caller.prepared("GET", f"/search?{asked}")
    with recorded() as sent:
        found = caller.call("GET", f"/search?{asked}").response
    with bench.connect() as connection:
        works: dict[str, Work] = {"api": work, "bare": partial(replay, connection, sent)}
        took = seconds(works, rounds=bench.rounds(20), calls=3)
    return at_most(
        f"search with prices: {name}: time / bare SQL of the same statements",
        ratio(took["api"], took["bare"]),
        PRICED_BUDGET,
        f"{len(found)} found in {milliseconds(took['api'])} with {len(sent)} SQL, bare SQL "
        f"{milliseconds(took['bare'])}",
    )


def _measured(bench: Bench, kind: _Search, wanted: Wanted) -> Result:
    works: dict[str, Work] = {"search": partial(kind.run, wanted)}
    parameters = {
        "arrival": wanted.stay.arrival,
        "departure": wanted.stay.departure,
        "region": next(iter(kind.filters.regions or ()), ""),
        "limit": kind.limit,
    }
    calls = 1 if kind.limit > PAGE else 10
    with bench.connect() as connection:
        if kind.bare:
            works["bare"] = partial(fetch, connection, kind.bare, parameters)
        took = seconds(works, rounds=bench.rounds(20), calls=calls)
        found = kind.run(wanted)
        same = not kind.bare or found == len(fetch(connection, kind.bare, parameters))
    size = bench.size
    detail = (
        f"{found} found of {size.properties:,} properties with {size.rooms:,} rooms and "
        f"{size.stays:,} stays in {milliseconds(took['search'])}"
    )
    if not kind.bare:
        return Result(f"search by dates: {kind.name}", milliseconds(took["search"]), detail=detail)
    result = at_most(
        f"search by dates: {kind.name}: time / bare SQL",
        ratio(took["search"], took["bare"]),
        BUDGET,
        f"{detail}, bare SQL {milliseconds(took['bare'])}",
    )
    return result if same else replace(result, passed=False, detail="not the same answer")


def _plan(kind: _Search, wanted: Wanted) -> str:
    """What PostgreSQL does for the search, without the long lists of its parameters."""
    lines: list[str] = []

    def explain(execute: Any, text: str, parameters: Any, many: bool, context: Any) -> Any:  # noqa: FBT001  # Django's
        with database.connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + text, parameters)
            lines.extend(line for (line,) in cursor.fetchall())
        return execute(text, parameters, many, context)

    with database.execute_wrapper(explain):
        kind.run(wanted)
    return "\n".join(line if len(line) < LONG else f"{line[:LONG]} …" for line in lines)


CASES = (Case("search", searches),)
