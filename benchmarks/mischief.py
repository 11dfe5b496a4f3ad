"""Random operations of many clients on the same few rooms, and what they were told about them."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import httpx

from benchmarks.client import Client
from benchmarks.hotel import build_hotel, reservation

CHANNEL = "soak"
ROOMS = {1: 4, 2: 3}  # room type → rooms: few, so that they are fought for
GUESTS = 2
DAYS = 40
CHANGES_MIND = 0.2  # of those who hold rooms
REFUSALS = {
    "no_room_available",
    "room_taken",
    "stop_sell",
    "reservation_cancelled",
    "arrival_too_soon",
    "no_valid_tariffs",
    "hold_expired",
    "booking_state",
    "cancellation_too_late",
}
DONE = {httpx.codes.OK, httpx.codes.CREATED}
VISITOR = {
    "firstname": "Vera",
    "surname": "Visitor",
    "tel_mobile": "+351 900 000 001",
    "country": "PT",
    "region": "PT-08",
}
Id = TypeVar("Id", int, str)


@dataclass(frozen=True)
class Accepted:
    """What a client was promised: rooms for nights, under an id of its own or of the block."""

    nights: tuple[date, date]  # both included
    rooms: int


@dataclass
class Ledger:
    """What all clients together were told. `bookings` by remote id, `blocks` by block id."""

    bookings: dict[str, Accepted] = field(default_factory=dict)
    blocks: dict[int, Accepted] = field(default_factory=dict)
    cancelled: set[str] = field(default_factory=set)
    visits: dict[str, str] = field(default_factory=dict)  # reference → token
    visits_over: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str) -> None:
        """One more of something."""
        with self.lock:
            self.counts[what] += 1

    def take_booking(self, rng: random.Random) -> str | None:
        """The id of some booking that nobody else will cancel now."""
        with self.lock:
            return self._take(self.bookings, rng)

    def take_visit(self, rng: random.Random) -> tuple[str, str] | None:
        """Reference and token of some visitor's booking that nobody else will cancel now."""
        with self.lock:
            if not self.visits:
                return None
            reference = rng.choice(sorted(self.visits))
            return reference, self.visits.pop(reference)

    def take_block(self, rng: random.Random) -> int | None:
        """The id of some block that nobody else will remove now."""
        with self.lock:
            return self._take(self.blocks, rng)

    @staticmethod
    def _take(held: dict[Id, Accepted], rng: random.Random) -> Id | None:
        if not held:
            return None
        chosen = rng.choice(sorted(held))
        del held[chosen]
        return chosen


class Mischief:
    """One client that does one random thing after another."""

    def __init__(self, client: Client, ledger: Ledger, uid: int, seed: str) -> None:
        self.client = client
        self.ledger = ledger
        self.uid = uid
        self.seed = seed
        self.rng = random.Random(seed)  # noqa: S311  # repeatable, not secret
        self.made = 0
        self.today = datetime.now().astimezone().date()

    def step(self) -> None:
        """Do one thing and note what came of it."""
        act: Callable[[], None] = self.rng.choices(
            [
                self.book,
                self.book_again,
                self.cancel,
                self.block,
                self.unblock,
                self.price,
                self.look,
                self.visit,
                self.leave,
            ],
            weights=[10, 2, 5, 2, 2, 1, 3, 8, 2],
        )[0]
        try:
            act()
        except (httpx.HTTPError, KeyError, ValueError) as error:
            with self.ledger.lock:
                self.ledger.problems.append(f"{act.__name__}: {error!r}")

    def book(self, times: int = 1) -> None:
        """Book one to three rooms, sending the same reservation so many times."""
        self.made += 1
        remote_id = f"{self.seed}-{self.made}"
        first, last = self.nights()
        rooms = self.rng.choice([1, 1, 1, 2, 3])
        stay = {
            "property_id": self.uid,
            "date_from": first.isoformat(),
            "date_to": last.isoformat(),
            "channel_price": f"{self.rng.randrange(40_000) / 100:.2f}",
            "room_quantity": rooms,
            "room_type_id": self.rng.choice([0, *ROOMS]),
        }
        body = reservation(remote_id, stay)
        for _ in range(times):
            answer = self.client.call("PUT", "/cmf/reservations/add", body)
            if not self.succeeded(answer, "booked"):
                return
        with self.ledger.lock:
            self.ledger.bookings[remote_id] = Accepted((first, last), rooms)

    def book_again(self) -> None:
        """Book, and send the same once more, as after a lost answer."""
        self.book(times=2)

    def cancel(self) -> None:
        """Cancel somebody's booking."""
        remote_id = self.ledger.take_booking(self.rng)
        if remote_id is None:
            return
        body = {"reservation_ids": [remote_id]}
        answer = self.client.call("PUT", "/cmf/reservations/cancel", body)
        if self.succeeded(answer, "cancelled"):
            with self.ledger.lock:
                self.ledger.cancelled.add(remote_id)

    def block(self) -> None:
        """Block all rooms for some nights."""
        first, last = self.nights()
        body = {
            "property_uid": self.uid,
            "availability": {"date_from": first.isoformat(), "date_to": last.isoformat()},
        }
        answer = self.client.call("PUT", "/cmf/property/blackbooking", body)
        if self.succeeded(answer, "blocked"):
            block = answer.json()["data"]["response"]["contract_id"]
            with self.ledger.lock:
                self.ledger.blocks[block] = Accepted((first, last), sum(ROOMS.values()))

    def unblock(self) -> None:
        """Remove somebody's block."""
        block = self.ledger.take_block(self.rng)
        if block is not None:
            answer = self.client.call("DELETE", f"/cmf/property/blackbooking/{self.uid}/{block}")
            self.succeeded(answer, "unblocked")

    def price(self) -> None:
        """Change the prices of some nights."""
        first, last = self.nights()
        prices = {
            "date_from": first.isoformat(),
            "date_to": last.isoformat(),
            "ratepernight": f"{self.rng.randrange(50, 300)}.00",
        }
        body = {"property_uid": self.uid, "ratepernight": [prices]}
        self.succeeded(self.client.call("PUT", "/cmf/property/prices", body), "priced")

    def visit(self) -> None:
        """Quote a stay as anybody may, hold it, and book it; or think better of it."""
        self.made += 1
        first, last = self.nights()
        stay_request = {
            "property_uid": self.uid,
            "arrival": first.isoformat(),
            "departure": (last + timedelta(days=1)).isoformat(),
            "rooms": [{"room_type_uid": self.rng.choice([*ROOMS])}] * self.rng.choice([1, 1, 2]),
            "adults": 2,
        }
        quoted = self.client.call("POST", "/booking/quote", stay_request)
        if not self.succeeded(quoted, "quoted"):
            return
        quote = {"quote": quoted.json()["data"]["quote"]["quote"]}
        held = self.client.call("POST", "/booking/hold", quote)
        if not self.succeeded(held, "held"):
            return
        hold = held.json()["data"]["hold"]
        reference, token = hold["reference"], hold["token"]
        own = {"X-BOOKYFLOW-booking-token": token}
        if self.rng.random() < CHANGES_MIND:
            path = f"/booking/{reference}"
            self.succeeded(self.client.call("DELETE", path, extra=own), "let go")
            return
        guest = VISITOR | {"email": f"{self.seed}-{self.made}@visitor.example"}
        body = {"reference": reference, "guest": guest}
        if self.succeeded(self.client.call("POST", "/booking/confirm", body, own), "confirmed"):
            with self.ledger.lock:
                self.ledger.visits[reference] = token

    def leave(self) -> None:
        """Cancel a visitor's booking by its reference and token."""
        found = self.ledger.take_visit(self.rng)
        if found is None:
            return
        reference, token = found
        own = {"X-BOOKYFLOW-booking-token": token}
        answer = self.client.call("DELETE", f"/booking/{reference}", extra=own)
        over = self.succeeded(answer, "left")
        with self.ledger.lock:
            (self.ledger.visits_over if over else self.ledger.visits)[reference] = token

    def look(self) -> None:
        """Read the calendar."""
        last = self.today + timedelta(days=DAYS)
        answer = self.client.call("GET", f"/cmf/property/calendar/{self.uid}/{self.today}/{last}")
        self.succeeded(answer, "looked")

    def nights(self) -> tuple[date, date]:
        """Some nights: first and last."""
        first = self.today + timedelta(days=self.rng.randrange(DAYS))
        return first, first + timedelta(days=self.rng.choice([0, 0, 1, 1, 2, 4, 9]))

    def succeeded(self, answer: httpx.Response, what: str) -> bool:
        """Count the answer; True for a success. What is no refusal either is a problem."""
        if answer.status_code in DONE:
            self.ledger.count(what)
            return True
        refused = answer.status_code == httpx.codes.CONFLICT and answer.json()["key"] in REFUSALS
        if refused:
            self.ledger.count("refused")
        else:
            with self.ledger.lock:
                self.ledger.problems.append(f"{what}: {answer.status_code} {answer.text[:300]}")
        return False


def open_hotel(make_client: Callable[[], Client], *, seed: int) -> int:
    """The hotel that everybody fights for; its id. Somebody has to publish it."""
    with make_client() as owner:
        return build_hotel(owner, name=f"soak-{seed}", channel=CHANNEL, rooms=ROOMS, guests=GUESTS)


def run(
    make_client: Callable[[], Client],
    uid: int,
    *,
    seed: int,
    clients: int,
    go_on: Callable[[], bool],
) -> Ledger:
    """Let so many clients loose on a hotel for as long as `go_on`."""
    ledger = Ledger()

    def work(number: int) -> int:
        with make_client() as client:
            mischief = Mischief(client, ledger, uid, f"{seed}-{number}")
            while go_on():
                mischief.step()
            return client.retries

    with ThreadPoolExecutor(clients) as pool:
        ledger.counts["retries"] = sum(pool.map(work, range(clients)))
    return ledger


def missing(client: Client, ledger: Ledger, uid: int) -> list[str]:
    """What was promised and is not there, or is there and was cancelled; read through the API."""
    listed = {
        one["mapping"]["linked_bookings"]["remote_booking_id"]: one
        for one in client.get(f"/cmf/property/list/bookings/{uid}")
        if one["mapping"]
    }
    found = [name for name in ledger.bookings if not _is_kept(client, uid, listed, name, ledger)]
    found += [
        f"{name} (cancelled)"
        for name in ledger.cancelled
        if listed.get(name, {}).get("status", {}).get("status_text") != "Cancelled"
    ]
    found += [
        f"visit {reference} is {status}"
        for reference, token in (ledger.visits | ledger.visits_over).items()
        if (status := _status(client, reference, token)) in {"held", "expired", None}
        or (reference in ledger.visits_over and status != "cancelled")
    ]
    blocks = client.get(f"/cmf/property/list/blackbookings/{uid}")["blackbookings"]
    found += [f"block {block}" for block in ledger.blocks if str(block) not in blocks]
    return found


def _status(client: Client, reference: str, token: str) -> str | None:
    own = {"X-BOOKYFLOW-booking-token": token}
    answer = client.call("GET", f"/booking/{reference}", extra=own)
    if answer.status_code != httpx.codes.OK:
        return None
    return str(answer.json()["data"]["booking"]["status"])


def _is_kept(client: Client, uid: int, listed: dict[str, Any], name: str, ledger: Ledger) -> bool:
    if name not in listed:
        return False
    (full,) = client.get(f"/cmf/property/booking/{uid}/{listed[name]['booking_id']}")
    promised = ledger.bookings[name]
    rooms = sum(len(of["room_ids"]) for of in full["room_types_booked"].values())
    nights = (date.fromisoformat(full["date_from"]), date.fromisoformat(full["date_to"]))
    return (nights, rooms) == (promised.nights, promised.rooms)
