"""Replay a year of a real hotel's reservations against a running BookyFlow, over HTTP.

    python3 benchmarks/replay.py FILE --url http://127.0.0.1:8000 --client-id … --client-secret …

FILE is a table of hotel bookings with the columns of "Hotel booking demand" (arrival date, nights,
adults, room type asked for, rate, lead time, outcome and its date). The hotel is made anew through
the CMF. Each row is booked `lead_time` days before its arrival and, when it was cancelled,
cancelled on its date: events run in that order, on several clients at once, a cancellation never
before its booking has been answered. All dates move into the future by whole weeks. A row without
nights or adults is skipped, and so is one whose nights, heads, rate or dates are missing (`NA`,
`NULL` or nothing), which is told by its line.

At the end the bookings are read back: no room may have two stays on a night, and every accepted
reservation must be there. Exit status 1 when one of these fails, or anything went wrong.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Any

import httpx

from benchmarks.client import Client
from benchmarks.hotel import build_hotel, hotel_room_types, reservation

CHANNEL = "replay"
GUESTS_PER_ROOM = 4
MISSING = {"", "NA", "NULL"}
NEEDED = (
    "stays_in_weekend_nights",
    "stays_in_week_nights",
    "adults",
    "children",
    "adr",
    "lead_time",
    "arrival_date_year",
    "arrival_date_month",
    "arrival_date_day_of_month",
    "reservation_status_date",
)
REFUSALS = {"no_room_available", "room_taken"}
WEEK = timedelta(weeks=1)
DAY = timedelta(days=1)


@dataclass
class Row:
    """One line of the file, with dates as they were; `letter` "" is any room type."""

    number: int
    letter: str
    made: date
    arrival: date
    nights: int
    people: int
    rate: float
    cancelled: date | None
    remote_id: str = ""
    answered: threading.Event = field(default_factory=threading.Event)
    accepted: bool = False
    contract: int = 0


@dataclass
class Tally:
    """What happened, for all clients together."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    counts: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def add(self, what: str, took: float | None = None, problem: str = "") -> None:
        """Count one thing."""
        with self.lock:
            self.counts[what] += 1
            if took is not None:
                self.seconds.append(took)
            if problem and len(self.problems) < 10:  # noqa: PLR2004  # enough to see what is wrong
                self.problems.append(problem)


def caller(options: argparse.Namespace) -> Client:
    """A client of its own, for one thread."""
    return Client(options.url, options.client_id, options.client_secret, CHANNEL)


def read(path: str, limit: int | None) -> tuple[list[Row], int]:
    """The rows that are stays, and how many are not; those that lack a value are told by line."""
    rows = []
    count = 0
    with open(path, newline="", encoding="utf-8") as file:  # noqa: PTH123  # a path as given
        lines = csv.DictReader(file)
        for count, line in enumerate(islice(lines, limit), 1):
            if missing := [name for name in NEEDED if is_missing(line[name])]:
                told = ", ".join(f"{name} is {line[name] or 'empty'}" for name in missing)
                print(f"line {lines.line_num}: {told}; skipped", file=sys.stderr)
            elif row := _row(count, line):
                rows.append(row)
    return rows, count - len(rows)


def is_missing(text: str | None) -> bool:
    """Whether a column holds nothing, or a word for nothing."""
    return text is None or text.strip().upper() in MISSING


def _row(number: int, line: dict[str, str]) -> Row | None:
    nights = int(line["stays_in_weekend_nights"]) + int(line["stays_in_week_nights"])
    adults = int(line["adults"])
    if nights < 1 or adults < 1:
        return None
    day = "{arrival_date_year} {arrival_date_month} {arrival_date_day_of_month}".format(**line)
    arrival = datetime.strptime(day, "%Y %B %d").date()  # noqa: DTZ007  # a date, no instant
    ended = datetime.strptime(line["reservation_status_date"], "%m/%d/%Y").date()  # noqa: DTZ007
    return Row(
        number=number,
        letter="" if is_missing(kind := line["reserved_room_type"]) else kind.strip(),
        made=arrival - timedelta(days=int(line["lead_time"])),
        arrival=arrival,
        nights=nights,
        people=adults + int(float(line["children"])),
        rate=max(float(line["adr"]), 0),
        cancelled=ended if line["reservation_status"] == "Canceled" else None,
    )


def events(rows: list[Row]) -> Iterator[tuple[str, Row]]:
    """("book" | "cancel", row) as they came in time; a booking before its own cancellation."""
    timeline = [(row.made, 0, row.number, "book", row) for row in rows]
    timeline += [
        (max(row.cancelled, row.made), 1, row.number, "cancel", row)
        for row in rows
        if row.cancelled
    ]
    for *_, what, row in sorted(timeline, key=lambda event: event[:3]):
        yield what, row


def stay_of(row: Row, uid: int, room_type: int | None, shift: timedelta) -> dict[str, object]:
    """The stay of one row as the CMF takes it. A party too big for one room gets several."""
    rooms = -(-row.people // GUESTS_PER_ROOM)
    arrival = row.arrival + shift
    kind = {} if room_type is None else {"room_type_id": room_type}
    return kind | {
        "property_id": uid,
        "date_from": arrival.isoformat(),
        "date_to": (arrival + timedelta(days=row.nights - 1)).isoformat(),
        "channel_price": f"{row.rate * row.nights:.2f}",
        "room_quantity": rooms,
        "guest_number": -(-row.people // rooms),
    }


def book(client: Client, row: Row, body: dict[str, Any], tally: Tally) -> None:
    """Send one reservation and count what becomes of it."""
    try:
        started = time.perf_counter()
        answer = client.call("PUT", "/cmf/reservations/add", body)
        took = time.perf_counter() - started
        found = answer.json()
        if answer.status_code == httpx.codes.OK:
            done = found["data"]["response"]["successful_bookings"][row.remote_id]
            row.accepted, row.contract = True, done["link"]["contract_uid"]
            tally.add("booked", took)
        elif answer.status_code == httpx.codes.CONFLICT and found["key"] in REFUSALS:
            tally.add("refused", took)
        else:
            tally.add("errors", took, f"row {row.number}: {answer.status_code} {answer.text[:300]}")
    except (httpx.HTTPError, KeyError, ValueError) as error:
        tally.add("errors", problem=f"row {row.number}: {error!r}")
    finally:
        row.answered.set()


def cancel(client: Client, row: Row, tally: Tally) -> None:
    """Cancel what was booked for a row, once its booking has been answered."""
    row.answered.wait()
    if not row.accepted:
        return
    try:
        started = time.perf_counter()
        answer = client.call(
            "PUT", "/cmf/reservations/cancel", {"reservation_ids": [row.remote_id]}
        )
        took = time.perf_counter() - started
        if answer.status_code == httpx.codes.OK:
            tally.add("cancelled", took)
        else:
            tally.add("errors", took, f"row {row.number}: {answer.status_code} {answer.text[:300]}")
    except httpx.HTTPError as error:
        tally.add("errors", problem=f"row {row.number}: {error!r}")


def play(options: argparse.Namespace, rows: list[Row], run: str) -> tuple[Tally, int, float]:
    """Run all events; the tally, the hotel's id and the seconds it took."""
    client = caller(options)
    letters = sorted({row.letter for row in rows if row.letter}) or ["A"]
    types = hotel_room_types(client, CHANNEL)
    if len(letters) > len(types):
        sys.exit(f"{len(letters)} room types are needed, {len(types)} fit a hotel.")
    by_letter = dict(zip(letters, types, strict=False))
    uid = build_hotel(
        client,
        name=run,
        channel=CHANNEL,
        rooms=dict.fromkeys(by_letter.values(), options.rooms),
        guests=GUESTS_PER_ROOM,
    )
    first = min(row.arrival for row in rows)
    tomorrow = datetime.now().astimezone().date() + 2 * DAY
    shift = WEEK * -(-(tomorrow - first) // WEEK)
    for row in rows:
        row.remote_id = f"{run}-{row.number}"
    waiting: SimpleQueue[tuple[str, Row]] = SimpleQueue()
    total = 0
    for event in events(rows):
        waiting.put(event)
        total += 1
    tally = Tally()

    def handle(client: Client, what: str, row: Row) -> None:
        if what == "book":
            stay = stay_of(row, uid, by_letter.get(row.letter), shift)
            book(client, row, reservation(row.remote_id, stay), tally)
        else:
            cancel(client, row, tally)

    started = time.perf_counter()
    work_off(options, waiting, handle, total)
    return tally, uid, time.perf_counter() - started


def work_off(
    options: argparse.Namespace,
    waiting: SimpleQueue[tuple[str, Row]],
    handle: Callable[[Client, str, Row], None],
    total: int,
) -> None:
    """Have all clients take events off the queue, in order, until none is left."""

    def work() -> None:
        client = caller(options)
        while True:
            try:
                what, row = waiting.get_nowait()
            except Empty:
                return
            handle(client, what, row)

    started = time.perf_counter()
    with ThreadPoolExecutor(options.clients) as pool:
        running = [pool.submit(work) for _ in range(options.clients)]
        while any(not worker.done() for worker in running):
            show(total - waiting.qsize(), total, started)
            time.sleep(0.5)
        for worker in running:
            worker.result()
    show(total, total, started)
    print(file=sys.stderr)


def show(done: int, total: int, started: float) -> None:
    """A line of progress that overwrites itself."""
    took = time.perf_counter() - started
    bar = "#" * (30 * done // total)
    print(f"\r[{bar:30}] {done}/{total} events, {took:.0f} s", end="", file=sys.stderr, flush=True)


def verify(options: argparse.Namespace, rows: list[Row], uid: int) -> tuple[int, int]:
    """Read everything back: (nights on which a room has two stays, reservations that are lost)."""
    client = caller(options)
    listed = {one["booking_id"]: one for one in client.get(f"/cmf/property/list/bookings/{uid}")}
    lost = sum(
        1
        for row in rows
        if row.accepted
        and listed.get(row.contract, {})
        .get("mapping", {})
        .get("linked_bookings", {})
        .get("remote_booking_id")
        != row.remote_id
    )
    live = [one for one in listed.values() if one["status"]["status_code"] < 6]  # noqa: PLR2004  # 6: cancelled
    local = threading.local()

    def rooms_of(booking: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
        if not hasattr(local, "client"):
            local.client = caller(options)
        (full,) = local.client.get(f"/cmf/property/booking/{uid}/{booking['booking_id']}")
        types = full["room_types_booked"].values()
        return full, [room for of_type in types for room in of_type["room_ids"]]

    taken: dict[int, Counter[date]] = defaultdict(Counter)
    with ThreadPoolExecutor(options.clients) as pool:
        for number, (booking, room_ids) in enumerate(pool.map(rooms_of, live), 1):
            night, last = map(date.fromisoformat, (booking["date_from"], booking["date_to"]))
            lost += not room_ids
            while night <= last:
                for room in room_ids:
                    taken[room][night] += 1
                night += DAY
            if number % 100 == 0 or number == len(live):
                print(f"\rread back {number}/{len(live)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    doubles = sum(count > 1 for nights in taken.values() for count in nights.values())
    return doubles, lost


def main() -> int:
    """Run it and print what came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("file")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--client-id", required=True)
    parser.add_argument("--client-secret", required=True)
    parser.add_argument("--clients", type=int, default=8, help="how many at once (8)")
    parser.add_argument("--rooms", type=int, default=40, help="rooms per room type (40)")
    parser.add_argument("--limit", type=int, help="only the first rows of the file")
    options = parser.parse_args()
    rows, skipped = read(options.file, options.limit)
    run = f"replay-{random.SystemRandom().randrange(10**9):09}"
    tally, uid, took = play(options, rows, run)
    doubles, lost = verify(options, rows, uid)
    counts, times = tally.counts, sorted(tally.seconds)
    print(f"rows        {len(rows) + skipped}")
    print(f"booked      {counts['booked']}")
    print(f"refused     {counts['refused']}  (no room)")
    print(f"cancelled   {counts['cancelled']}")
    print(f"skipped     {skipped}  (no nights, no adults, or not known)")
    print(f"errors      {counts['errors']}")
    print(f"requests/s  {len(times) / took:.0f}  ({options.clients} clients, {took:.0f} s)")
    for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        print(f"{name}         {1000 * times[int(share * (len(times) - 1))]:.0f} ms")
    print(f"doubles     {doubles}  (nights of a room with two stays)")
    print(f"lost        {lost}  (accepted, and not there)")
    for problem in tally.problems:
        print(problem, file=sys.stderr)
    return int(bool(counts["errors"] or doubles or lost))
