"""What every build holds: a hundred hotels, entered through its API in the same words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple
from urllib.parse import urlencode

import psycopg

from benchmarks.client import Client
from benchmarks.hotel import build_hotel, hotel_room_types, reservation
from benchmarks.serving import HOST

HOTELS = 100
READ = 20  # of them have bookings, and no more are made there
BOOKINGS = 20  # of each of these
ROOMS, ROOM_TYPES = 5, 2  # rooms of each type
YEAR = 365
NIGHTS = 2
AT_ONCE = 4  # hotels entered at the same time
BASE = "/bookyflow/api"


class Hotel(NamedTuple):
    """A hotel's id, and the rate plan of its first room type."""

    uid: int
    tariff: int


@dataclass(frozen=True)
class Entered:
    """A build's hotels and a key pair for them. Hotels for reading come first; `first` is the day
    after that on which they were made."""

    key: dict[str, str]
    hotels: list[Hotel]
    room_type: int
    first: date

    @property
    def read(self) -> list[Hotel]:
        """The hotels that have bookings and are left alone."""
        return self.hotels[:READ]

    @property
    def written(self) -> list[Hotel]:
        """The hotels that are booked, and whose prices are changed."""
        return self.hotels[READ:]

    def stays(self, hotels: Sequence[Hotel]) -> Iterator[tuple[int, int, date]]:
        """Numbers, hotels and arrivals of bookings that all find a room, without end in practice:
        hotels take turns, and each of a hotel's rooms is filled before the next nights."""
        rooms = ROOMS * ROOM_TYPES
        for number in count():
            turn, index = divmod(number, len(hotels))
            yield number, hotels[index].uid, self.first + timedelta(NIGHTS * (turn // rooms))

    def as_text(self) -> str:
        """JSON, from which `entered` makes the same."""
        return json.dumps(asdict(self) | {"first": self.first.isoformat()})


def entered(text: str) -> Entered:
    """What `as_text` gave."""
    found = json.loads(text)
    found["hotels"] = [Hotel(*hotel) for hotel in found["hotels"]]
    return Entered(**found | {"first": date.fromisoformat(found["first"])})


@dataclass(frozen=True)
class Caller:
    """Makes requests as they go over the wire, with a token or without."""

    token: str
    channel: str

    def call(self, method: str, path: str, body: Any = None) -> bytes:
        """A request; `path` is below the API's base."""
        headers = {"X-BOOKYFLOW-channel-name": self.channel}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if body is None:
            return as_sent(method, BASE + path, headers, b"")
        headers["Content-Type"] = "application/json"
        return as_sent(method, BASE + path, headers, json.dumps(body).encode())


def token_request(key: dict[str, str]) -> bytes:
    """A token request as most clients write it."""
    fields = {"client_id": key["client_id"], "client_secret": key["secret"]}
    content = urlencode({"grant_type": "client_credentials", **fields}).encode()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return as_sent("POST", f"{BASE}/oauth/token", form, content)


def as_sent(method: str, path: str, headers: dict[str, str], content: bytes) -> bytes:
    """HTTP/1.1, with the length of the content."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def stay(uid: int, arrival: date) -> dict[str, object]:
    """A room of a hotel for two nights and two people, as reservations/add has it."""
    return {
        "property_id": uid,
        "date_from": arrival.isoformat(),
        "date_to": (arrival + timedelta(NIGHTS - 1)).isoformat(),
        "channel_price": "180.00",
        "room_quantity": 1,
        "guest_number": 2,
    }


def enter(port: int, key: dict[str, str], database: str) -> Entered:
    """Make the hotels of an empty build that serves on a port."""
    first = datetime.now(UTC).date() + timedelta(1)
    with _client(port, key) as client:
        room_types = hotel_room_types(client, key["channel"])[:ROOM_TYPES]

    def some(numbers: range) -> list[Hotel]:
        with _client(port, key) as client:
            return [_enter(client, key, number, room_types, first) for number in numbers]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        parts = [range(start, HOTELS, AT_ONCE) for start in range(AT_ONCE)]
        made = list(pool.map(some, parts))
    hotels = [made[number % AT_ONCE][number // AT_ONCE] for number in range(HOTELS)]
    with psycopg.connect(database, autocommit=True) as connection:
        # A manager does this on a page, and no call of the API does in older builds.
        connection.execute(
            "UPDATE properties_property SET is_published = true, is_approved = true"
            " WHERE id = ANY (%s)",
            [[hotel.uid for hotel in hotels]],
        )
        connection.execute("VACUUM (ANALYZE)")
    return Entered(key, hotels, room_types[0], first)


def _client(port: int, key: dict[str, str]) -> Client:
    return Client(f"http://{HOST}:{port}", key["client_id"], key["secret"], key["channel"])


def _enter(
    client: Client, key: dict[str, str], number: int, room_types: list[int], first: date
) -> Hotel:
    uid = build_hotel(
        client,
        name=f"Hotel {number}",
        channel=key["channel"],
        rooms=dict.fromkeys(room_types, ROOMS),
        guests=2,
    )
    tariffs = [
        int(client.put("/cmf/property/tariff", prices(uid, 0, room_type, first)))
        for room_type in room_types
    ]
    for booking in range(BOOKINGS if number < READ else 0):
        body = reservation(f"H{number}-{booking}", stay(uid, first + timedelta(booking * 3 - 1)))
        client.put("/cmf/reservations/add", body)
    return Hotel(uid, tariffs[0])


def prices(uid: int, tariff: int, room_type: int, first: date, more: int = 0) -> dict[str, Any]:
    """A year of prices of a rate plan, another one each day, as property/tariff has it."""
    days = [(first + timedelta(day)).isoformat() for day in range(YEAR)]
    return {
        "property_uid": uid,
        "tarifftypeid": tariff,
        "roomclass_uid": room_type,
        "tariffinput": {day: f"{80 + more + number // 7}.00" for number, day in enumerate(days)},
        "mindaysinput": dict.fromkeys(days, 1),
        "maxpeople": 2,
    }
