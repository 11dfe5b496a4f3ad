"""Today's lists and counts and the charts of a property with 100,000 bookings, against bare SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import psycopg

from benchmarks.busy_property import BOOKINGS, busy_property
from benchmarks.calls import Statement, recorded
from benchmarks.cases import Case
from benchmarks.cases.reading import fetch
from benchmarks.playground import Bench
from benchmarks.report import Result, at_most
from benchmarks.samples import Work, milliseconds, ratio, seconds
from bookyflow.core.crypto import decrypt
from bookyflow.properties.kept import property_kept

BUDGET = 3
CIPHERTEXT = ("gcm.", "gAAAA")
PATHS = (
    "overview/{}/checkin",
    "overview/{}/checkout",
    "overview/{}/resident",
    "overview/{}/statistic",
    "charts/{}/bookings",
    "charts/{}/guest_countries",
    "charts/{}/occupancy",
    "lastactive/{}/5",
)


def statistics(bench: Bench) -> Iterator[Result]:
    """Each read through the API, against the statements that it sends, sent by themselves.

    The names of guests are encrypted: for the lists that show them, opening them is part of what
    is bare.
    """
    (small,) = bench.hotels(1, rooms=1)
    uid = busy_property(bench, property_kept(property_id=small).settings.today())
    with bench.connect() as connection:
        connection.execute("VACUUM (ANALYZE) reservations_booking")
    bench.analyse()
    for path in PATHS:
        yield _compared(bench, "/" + path.format(uid), path.format("…"))


def _compared(bench: Bench, path: str, shown: str) -> Result:
    api = bench.api.prepared("GET", path)
    with recorded() as sent:
        api()
    counted = [one for one in sent if one.counts]
    last = max(counted[1:], key=lambda one: len(one.text))  # the first authenticates
    with bench.connect() as connection:
        bare = partial(_send, connection, counted, opening='"personal"' in last.text)
        works: dict[str, Work] = {"API": api, "SQL": bare}
        took = seconds(works, rounds=bench.rounds(20), calls=5)
        plan = fetch(connection, f"EXPLAIN (ANALYZE, BUFFERS) {last.text}", last.parameters)
    found = at_most(
        f"{shown} at {BOOKINGS:,} bookings: time / bare SQL",
        ratio(took["API"], took["SQL"]),
        BUDGET,
        f"API {milliseconds(took['API'])} with {len(counted)} SQL, "
        f"bare SQL {milliseconds(took['SQL'])}",
    )
    return replace(found, plan="\n".join(line for (line,) in plan))


def _send(connection: psycopg.Connection, sent: Sequence[Statement], *, opening: bool) -> None:
    for one in sent:
        for row in fetch(connection, one.text, one.parameters):
            if opening and one.text == sent[-1].text:
                decrypt(next(value for value in row if str(value).startswith(CIPHERTEXT)))


def statistics_works(bench: Bench, count: int) -> list[Work]:
    """The list of today's arrivals."""
    (small,) = bench.hotels(1, rooms=1)
    uid = busy_property(bench, property_kept(property_id=small).settings.today())
    return [bench.api.prepared("GET", f"/overview/{uid}/checkin")] * count


CASES = (Case("statistics", statistics, statistics_works),)
