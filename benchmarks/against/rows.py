"""The rows of the table: what is called, and how much better it must have become."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, cycle
from urllib.parse import urlencode

from benchmarks.against.hotels import NIGHTS, Caller, Entered, as_sent, prices, stay, token_request
from benchmarks.hotel import REGION, reservation

BASE = "872ceaa"  # the build that the targets are times of
NO_SLOWER = 0.95  # what is left of it by noise
DAYS = timedelta(30)  # between the first and the last of 31 days
ONE_DAY = timedelta(1)
CLIENTS = 8
CHANGE = 7  # of prices, from one write to the next

Requests = Callable[["World"], Iterator[bytes]]


@dataclass(frozen=True)
class World:
    """What a build's requests are made from. Its rows share `stays`: none is booked twice."""

    hotels: Entered
    caller: Caller
    anonymous: Caller
    stays: Iterator[tuple[int, int, date]]
    session: str = ""  # of a manager who has signed in, for pages


@dataclass(frozen=True)
class Row:
    """One kind of call. `target` is what must be reached, times the rate of BASE at least; of the
    time of one call (`is_time`), times that at most. None where nothing is asked."""

    name: str
    work: str
    requests: Requests
    target: float | None = None
    connections: int = CLIENTS
    is_time: bool = False


def _get(path: str, *, anonymous: bool = False) -> Requests:
    """Reads that take turns between the hotels that are left alone."""

    def requests(world: World) -> Iterator[bytes]:
        first = world.hotels.first
        caller = world.anonymous if anonymous else world.caller
        paths = (
            path.format(uid=hotel.uid, first=first, soon=first + ONE_DAY, last=first + DAYS)
            for hotel in world.hotels.read
        )
        return cycle([caller.call("GET", one) for one in paths])

    return requests


def _search(**asked: str) -> Requests:
    def requests(world: World) -> Iterator[bytes]:
        arrival = world.hotels.first + DAYS
        dates = {"arrival": str(arrival), "departure": str(arrival + timedelta(3)), "guests": "2"}
        path = f"/search?{urlencode(dates | asked)}"
        return cycle([world.anonymous.call("GET", path)])

    return requests


def _plan(world: World) -> Iterator[bytes]:
    """The room plan of a fortnight, as a manager's browser asks for it."""
    cookie = {"Cookie": f"sessionid={world.session}"}
    pages = [f"/bookyflow/p/{hotel.uid}/plan" for hotel in world.hotels.read]
    return cycle([as_sent("GET", page, cookie, b"") for page in pages])


def _token(world: World) -> Iterator[bytes]:
    return cycle([token_request(world.hotels.key)])


def _quote(nights: int) -> Requests:
    """The price of so many nights, asked by a visitor."""

    def requests(world: World) -> Iterator[bytes]:
        arrival = world.hotels.first + DAYS * 3
        dates = {"arrival": str(arrival), "departure": str(arrival + timedelta(nights))}
        rooms = [{"room_type_uid": world.hotels.room_type, "adults": 2}]
        return cycle(
            [
                world.anonymous.call(
                    "POST", "/booking/quote", {"property_uid": hotel.uid, **dates, "rooms": rooms}
                )
                for hotel in world.hotels.read
            ]
        )

    return requests


def _price(world: World) -> Iterator[bytes]:
    first = world.hotels.first + DAYS * 3
    last = first + timedelta(NIGHTS)
    return cycle(
        [
            world.caller.call("GET", f"/cmf/property/price/{hotel.uid}/{first}/{last}/2")
            for hotel in world.hotels.read
        ]
    )


def _bookings(world: World) -> Iterator[bytes]:
    """One room for two nights each, in many hotels."""
    for number, uid, arrival in world.stays:
        body = reservation(f"B{uid}-{number}", stay(uid, arrival))
        yield world.caller.call("PUT", "/cmf/reservations/add", body)


def _prices(world: World) -> Iterator[bytes]:
    """A year of prices of a rate plan; each write changes all of them, and hotels take turns."""
    known = world.hotels

    def writes(more: int) -> Iterator[bytes]:
        for hotel in known.written:
            body = prices(hotel.uid, hotel.tariff, known.room_type, known.first, more)
            yield world.caller.call("PUT", "/cmf/property/tariff", body)

    return cycle(list(chain(writes(CHANGE), writes(0))))


ROWS = (
    Row("token", "token", _token, 3),
    Row("properties", "properties/all (100 ids)", _get("/properties/all"), 5),
    Row("settings", "property settings", _get("/properties/{uid}/details/settings"), 6),
    Row(
        "availabilities",
        "availabilities, 31 days",
        _get("/properties/{uid}/availabilities/{first}/{last}"),
        6,
    ),
    Row("calendar", "calendar, 31 days", _get("/cmf/property/calendar/{uid}/{first}/{last}"), 2),
    Row("quote", "price quote", _quote(3), 5),
    Row("booking", f"reservation, {CLIENTS} clients", _bookings, 3),
    Row("one_booking", "reservation, 1 client, p50", _bookings, 0.45, connections=1, is_time=True),
    Row("bookings", "list of bookings (20)", _get("/cmf/property/list/bookings/{uid}"), 6),
    Row("prices", "365 prices in one write", _prices, 2),
    Row("echo", "echo", _get("/echo"), NO_SLOWER),
    Row("price", "price of a stay (cmf/property/price)", _price),
    Row("search_region", "search by dates, with prices: a region", _search(region=REGION)),
    Row("search_site", "search by dates, with prices: the whole site", _search()),
    Row(
        "search_cheapest",
        "search by dates: a region, cheapest first",
        _search(region=REGION, sort="price", price_max="90"),
    ),
    Row("check_ins", "overview: today's arrivals", _get("/overview/{uid}/checkin")),
    Row("statistic", "overview: statistic", _get("/overview/{uid}/statistic")),
    Row("chart", "chart of bookings", _get("/charts/{uid}/bookings")),
    Row("occupancy", "chart of occupancy", _get("/charts/{uid}/occupancy")),
)


# Of one hotel with many rooms and bookings. Where `target` is None the answer tells of each room.
BUSY_ROWS = (
    Row(
        "bookings",
        "list of bookings, a page of 20",
        _get("/cmf/property/list/bookings/{uid}?limit=20"),
        1,
    ),
    Row("calendar", "calendar, 31 days", _get("/cmf/property/calendar/{uid}/{first}/{last}"), 1),
    Row("quote", "price quote, 2 nights", _quote(2), 1),
    # Between the stays of a room are two nights, so that no room is free on three of them.
    Row("moving", "price quote, 3 nights, for which others would move", _quote(3), 1),
    Row("booking", f"reservation, {CLIENTS} clients", _bookings, 1),
    Row("one_booking", "reservation, 1 client, p50", _bookings, 1, connections=1, is_time=True),
    Row("check_ins", "overview: today's arrivals", _get("/overview/{uid}/checkin")),
    Row("statistic", "overview: statistic", _get("/overview/{uid}/statistic"), 1),
    Row(
        "availabilities",
        "availabilities, 1 night",
        _get("/properties/{uid}/availabilities/{first}/{soon}"),
    ),
    Row("plan", "page of the room plan, 1 client, p50", _plan, connections=1, is_time=True),
)
