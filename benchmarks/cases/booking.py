"""Bookings: how much they cost, and that nobody gets a room twice however many ask at once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial

from benchmarks.calls import Statement, recorded, statements
from benchmarks.cases import Case
from benchmarks.playground import Bench, distinct, reservation
from benchmarks.replaying import Undo, replay
from benchmarks.report import Result, at_least
from benchmarks.samples import Ratio, Work, percentile, quartiles, ratio, timed
from benchmarks.serving import Reply, granian, raw, volley

PATH = "/cmf/reservations/add"
MOST_STATEMENTS = 6
CLIENTS = 8
WON, LOST = 200, 409
RIVALS = 50
TRIO_CLIENTS, TRIO_ROOMS, HOTEL_ROOMS = 16, 3, 10


def booking(bench: Bench) -> Iterator[Result]:
    """One room: its statements, and the time beside that of the same statements as bare SQL."""
    count = 40 if bench.quick else 60
    hotels = bench.hotels(count, rooms=5, priced=30)
    bench.analyse()
    one = statements(booking_works(bench, 1)[0])
    yield Result(
        "SQL statements of booking one room",
        str(one),
        f"<= {MOST_STATEMENTS}",
        passed=one <= MOST_STATEMENTS,
    )
    through, bare = [], []
    for number in range(bench.rounds(6) + 1):
        first, second = _both_ways(bench, hotels)
        if number:
            through.append(first)
            bare.append(second)
    found: Ratio = ratio(bare, through)
    yield at_least(
        "bookings in many properties, one after the other: rate / bare SQL of the same statements",
        found,
        1 / 3,
        f"API {1 / quartiles(through)[1]:.0f}/s, bare SQL {1 / quartiles(bare)[1]:.0f}/s",
    )
    yield _over_http(bench, hotels)


def _both_ways(bench: Bench, hotels: Sequence[int]) -> tuple[float, float]:
    """Seconds for one booking through the API, and for its statements sent bare."""
    works = _bookings(bench, hotels)
    noted: list[list[Statement]] = []

    def book(work: Work) -> None:
        with recorded() as found:
            work()
        noted.append(found)

    with bench.connect() as connection:
        undo = Undo(connection)
        through = timed([partial(book, work) for work in works])
        every = [statement for call in noted for statement in call]
        undo.back(every)
        bare = timed([partial(replay, connection, call) for call in noted])
        undo.back(every)
    return through, bare


def _bookings(bench: Bench, hotels: Sequence[int]) -> list[Work]:
    night = bench.today + timedelta(7)
    ids = distinct("one", len(hotels))
    return [
        bench.api.prepared("PUT", PATH, reservation(remote_id, uid, night))
        for remote_id, uid in zip(ids, hotels, strict=True)
    ]


def booking_works(bench: Bench, count: int) -> list[Work]:
    """Booking one room, each time in another hotel."""
    return _bookings(bench, bench.hotels(count, rooms=5))


def _over_http(bench: Bench, hotels: Sequence[int]) -> Result:
    night = bench.today + timedelta(14)
    rates: list[float] = []
    with granian() as server:
        for number in range(bench.rounds(6) + 1):
            ids = distinct("many", len(hotels))
            requests = [
                raw(
                    bench.api,
                    "PUT",
                    PATH,
                    reservation(remote_id, uid, night + timedelta(number * 3)),
                )
                for remote_id, uid in zip(ids, hotels, strict=True)
            ]
            queues = [requests[client::CLIENTS] for client in range(CLIENTS)]
            replies, took = volley(server.port, queues)
            _refuse_others(replies, {WON})
            if number:
                rates.append(len(hotels) / took)
    low, median, high = quartiles(rates)
    return Result(
        f"bookings in many properties over HTTP, {CLIENTS} clients",
        f"{median:.0f}/s",
        spread=f"{low:.0f} to {high:.0f}/s",
    )


def rivals(bench: Bench) -> Iterator[Result]:
    """Fifty clients want the only room of a hotel for the same nights."""
    hotels = bench.hotels(bench.rounds(12), rooms=1, priced=30)
    night = bench.today + timedelta(7)
    winners: list[int] = []
    replies: list[Reply] = []
    with granian() as server:
        for uid in hotels:
            queues = [
                [raw(bench.api, "PUT", PATH, reservation(remote_id, uid, night))]
                for remote_id in distinct("rival", RIVALS)
            ]
            answered, _ = volley(server.port, queues)
            found = [reply for of_client in answered for reply in of_client]
            winners.append(sum(reply.status == WON for reply in found))
            replies += found
    occupied = _occupied(bench, hotels)
    right = winners == [1] * len(hotels) == occupied
    yield _race_result(
        f"{RIVALS} clients on one room, {len(hotels)} times: how many win",
        f"{min(winners)} to {max(winners)}",
        "exactly 1, no 500",
        replies,
        passed=right,
    )


def trio(bench: Bench) -> Iterator[Result]:
    """Sixteen clients want three of ten rooms each, for nights that often overlap."""
    (uid,) = bench.hotels(1, rooms=HOTEL_ROOMS, priced=30)
    chance = random.Random(7)  # noqa: S311  # test data
    each = 8 if bench.quick else 25
    queues = []
    for _ in range(TRIO_CLIENTS):
        nights = [bench.today + timedelta(chance.randrange(60)) for _ in range(each)]
        queues.append(
            [
                raw(bench.api, "PUT", PATH, reservation(remote_id, uid, night, rooms=TRIO_ROOMS))
                for remote_id, night in zip(distinct("trio", each), nights, strict=True)
            ]
        )
    with granian() as server:
        answered, took = volley(server.port, queues)
    replies = [reply for of_client in answered for reply in of_client]
    won = sum(reply.status == WON for reply in replies)
    yield _race_result(
        f"{TRIO_CLIENTS} clients, {TRIO_ROOMS} of {HOTEL_ROOMS} rooms each: rooms taken / booked",
        f"{sum(_occupied(bench, [uid]))} / {won * TRIO_ROOMS}",
        "equal, no 500",
        replies,
        passed=_occupied(bench, [uid]) == [won * TRIO_ROOMS],
        more=f", {len(replies) / took:.0f} requests a second",
    )


def _race_result(
    work: str,
    measured: str,
    budget: str,
    replies: Sequence[Reply],
    *,
    passed: bool,
    more: str = "",
) -> Result:
    statuses = Counter(reply.status for reply in replies)
    took = [reply.seconds for reply in replies]
    clean = statuses.keys() <= {WON, LOST}
    middle, slow = percentile(took, 50) * 1000, percentile(took, 99) * 1000
    return Result(
        work,
        measured,
        budget,
        passed=passed and clean,
        spread=f"p50 {middle:.0f} ms, p99 {slow:.0f} ms",
        detail=", ".join(f"{count} x {status}" for status, count in sorted(statuses.items()))
        + more,
    )


def _occupied(bench: Bench, hotels: Sequence[int]) -> list[int]:
    """How many rooms are taken by bookings, stay by stay, in each hotel."""
    with bench.connect() as connection:
        found = connection.execute(
            "SELECT property_id, count(*) FROM availability_occupancy "
            "WHERE property_id = ANY (%s) GROUP BY property_id",
            [list(hotels)],
        )
        counts: dict[int, int] = dict(found.fetchall())
    return [counts.get(uid, 0) for uid in hotels]


def _refuse_others(replies: Sequence[Sequence[Reply]], expected: set[int]) -> None:
    for of_client in replies:
        for reply in of_client:
            if reply.status not in expected:
                raise RuntimeError(f"{reply.status} {reply.body[:500]!r}")


CASES = (
    Case("booking", booking, booking_works),
    Case("rivals", rivals),
    Case("trio", trio),
)
