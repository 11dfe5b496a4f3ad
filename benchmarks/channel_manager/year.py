"""A year of arrivals: what a channel manager sends, and what the properties do beside it."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx

from benchmarks.channel_manager.copies import Copy, revised
from benchmarks.channel_manager.listings import DAYS, Place
from benchmarks.client import Client

RELAY = "guest@guest.booking.com"  # the same for many
REFUSALS = {"no_room_available", "stop_sell"}
PAGE = 200
SELDOM, OFTEN = 0.25, 0.8


class Crash(Exception):
    """The channel manager dies: what it has not written down is lost."""


@dataclass
class Year:
    """One life, and its `counts`. `crash_on` is the day on which the channel manager dies once."""

    client: Client
    copy: Copy
    places: Sequence[Place]
    first: date
    rng: random.Random
    crash_on: int
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    over: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # cancelled ids

    def day(self, number: int, arrivals: int) -> None:
        """Live through one date of arrival; raises Crash once."""
        self.today = number
        self.add([self.new_reservation(number) for _ in range(arrivals)])
        for act, often in (
            (self.modify, 2),
            (self.cancel, 1),
            (self.cancel_one_stay, 1),
            (self.book_again, 1),
            (self.rates, 2),
            (self.at_the_desk, 1),
        ):
            for _ in range(self.rng.randrange(often + 1)):
                act()
        self.keep_up()

    # What is sent

    def new_reservation(self, number: int) -> dict[str, Any]:
        """A reservation of one stay, or of a group, arriving on a day."""
        count = self.rng.choice([1, 1, 1, 1, 2, 3])
        place = self.rng.choice(self.places)
        stays = [self._stay(place, number, str(name)) for name in range(1, count + 1)]
        return self._reservation(uuid.UUID(int=self.rng.getrandbits(128)).hex, stays)

    def _stay(self, place: Place, number: int, name: str) -> dict[str, Any]:
        nights = self.rng.choice([1, 2, 2, 3, 5, 7])
        arrival = self.first + timedelta(min(number, DAYS - nights - 1))
        price = Decimal(self.rng.randrange(1_000, 90_000)) / 100
        paid = self.rng.choice([Decimal(0), price, price / 2, price + 30])
        return {
            "stay_id": name,
            "property_id": place.uid,
            "date_from": arrival.isoformat(),
            "date_to": (arrival + timedelta(nights - 1)).isoformat(),
            "channel_price": f"{price:.2f}",
            "already_paid": f"{paid:.2f}",
            "room_quantity": 1,
            "guest_number": self.rng.randrange(1, place.guests + 1),
        }

    def _reservation(self, remote_id: str, stays: Sequence[dict[str, Any]]) -> dict[str, Any]:
        guest = {"surname": f"Guest {remote_id[:4]}"}
        if self.rng.random() < SELDOM:
            guest |= {"email": RELAY, "name": "Ana"}
        return {
            "remote_reservation_id": remote_id,
            "referrer": "Simulated",
            "guest_info": guest,
            "stay_infos": list(stays),
        }

    def add(self, reservations: Sequence[dict[str, Any]]) -> None:
        """Bring reservations in, in one call; now and then twice."""
        body = {"reservations": {"reservations": list(reservations)}}
        for _ in range(self.rng.choice([1, 1, 1, 2])):
            self.send("add", "PUT", "/cmf/reservations/add", body)

    def modify(self) -> None:
        """Send one again as it is now: other nights, price, or one stay more or less."""
        remote_id = self._any()
        if remote_id is None:
            return
        stays = [dict(stay["sent"]) for stay in self.copy.reservations[remote_id].values()]
        changed = self.rng.choice(stays)
        place = next(one for one in self.places if one.uid == changed["property_id"])
        where = (date.fromisoformat(changed["date_from"]) - self.first).days
        changed |= self._stay(place, where + self.rng.randrange(3), changed["stay_id"])
        if self.rng.random() < SELDOM:
            stays.append(self._stay(place, where, uuid.uuid4().hex[:6]))
        elif len(stays) > 1 and self.rng.random() < SELDOM:
            stays.remove(self.rng.choice(stays))
        body = {"reservations": {"reservations": [self._reservation(remote_id, stays)]}}
        for _ in range(self.rng.choice([1, 1, 2])):
            self.send("modify", "PUT", "/cmf/reservations/modify", body)

    def cancel(self) -> None:
        """Cancel a whole reservation."""
        remote_id = self._any()
        if remote_id is not None:
            self.over[remote_id] = [s["sent"] for s in self.copy.reservations[remote_id].values()]
            body = {"reservation_ids": [remote_id]}
            self.send("cancel", "PUT", "/cmf/reservations/cancel", body)

    def cancel_one_stay(self) -> None:
        """Cancel one stay of a group."""
        groups = [pk for pk, stays in self.copy.reservations.items() if len(stays) > 1]
        if groups:
            remote_id = self.rng.choice(groups)
            name = self.rng.choice(sorted(self.copy.reservations[remote_id]))
            body = {"stays": [{"remote_reservation_id": remote_id, "stay_ids": [name]}]}
            self.send("cancel some", "PUT", "/cmf/reservations/cancel", body)

    def book_again(self) -> None:
        """Send a reservation again that was cancelled."""
        gone = sorted(self.over.keys() - self.copy.reservations.keys())
        if gone:
            remote_id = self.rng.choice(gone)
            self.counts["booked again"] += 1
            self.add([self._reservation(remote_id, self.over.pop(remote_id))])

    def rates(self) -> None:
        """Set prices and minimum stays of some nights, and open or close others."""
        rows = []
        for _ in range(self.rng.randrange(1, 6)):
            place = self.rng.choice(self.places)
            start = self.first + timedelta(self.rng.randrange(DAYS - 10))
            row: dict[str, Any] = {
                "property_uid": place.uid,
                "date_from": start.isoformat(),
                "date_to": (start + timedelta(self.rng.randrange(10))).isoformat(),
            }
            if self.rng.random() < OFTEN:
                price = Decimal(self.rng.randrange(1_000, 90_000)) / 100
                row |= {"tariff_type_id": place.rate_plan, "price": f"{price:.2f}"}
                row |= {"min_stay": self.rng.randrange(1, 8)}
            else:
                row |= {"room_type_id": place.room_type, "stop_sell": self.rng.random() < SELDOM}
            rows.append(row)
        self.send("rates", "PUT", "/cmf/ari", {"rows": rows, "mode": "delta"})

    def at_the_desk(self) -> None:
        """The property books for itself, or ends one of the channel's bookings."""
        place = self.rng.choice(self.places)
        ours = [
            (stay["sent"]["property_id"], stay["booking"])
            for stays in self.copy.reservations.values()
            for stay in stays.values()
        ]
        if ours and self.rng.random() < SELDOM:
            uid, booking = self.rng.choice(ours)
            path = f"/desk/{uid}/bookings/{booking}/cancellation"
            self.counts["ended by the property"] += self._desk("PUT", path, {})
            self.keep_up()  # else the channel would change what is over
            return
        arrival = self.first + timedelta(self.rng.randrange(DAYS - 10))
        wanted = {
            "arrival": arrival.isoformat(),
            "departure": (arrival + timedelta(self.rng.randrange(1, 4))).isoformat(),
            "rooms": [{"room_type_uid": place.room_type}],
            "adults": 1,
            "agreed_price": "123.45",
            "guest": {"surname": "Walk-in"},
        }
        self.counts["booked at the desk"] += self._desk(
            "POST", f"/desk/{place.uid}/bookings", wanted
        )

    def _desk(self, method: str, path: str, body: Any) -> int:
        answer = self.client.call(method, path, body)
        if answer.status_code not in {200, 201, 409}:
            self.faults.append(f"{path}: {answer.status_code} {answer.text[:200]}")
        return int(answer.status_code != httpx.codes.CONFLICT)

    def _any(self) -> str | None:
        coming = sorted(
            remote_id
            for remote_id, stays in self.copy.reservations.items()
            if min(stay["sent"]["date_from"] for stay in stays.values())
            >= (self.first + timedelta(self.today)).isoformat()
        )
        return self.rng.choice(coming) if coming else None

    # How it is sent, and what is kept

    def send(self, kind: str, method: str, path: str, body: Any) -> None:
        """Write a call down, make it, and keep what came of it; all of it survives a crash."""
        key = str(uuid.uuid4())
        asked = {"kind": kind, "call": [method, path], "body": body, "key": key}
        self.copy.note("calling", asked)
        self.finish()

    def finish(self) -> None:
        """Make the call that is written down, for the first time or again."""
        asked = self.copy.outbox
        method, path = asked["call"]
        answer = self.client.call(method, path, asked["body"], {"Idempotency-Key": asked["key"]})
        if self.crash_on == self.today and asked["kind"] == "add":
            self.crash_on = -1
            raise Crash
        self.counts[asked["kind"]] += 1
        self.counts["replayed"] += answer.headers.get("Idempotency-Replayed") == "true"
        said = None
        if answer.status_code == httpx.codes.OK:
            said = answer.json()["data"]["response"]
            self._look(asked["kind"], said)
        elif answer.status_code == httpx.codes.CONFLICT:
            self._refused(asked["kind"], answer.json()["results"])
        else:
            self.faults.append(f"{asked['kind']}: {answer.status_code} {answer.text[:300]}")
        self.copy.note("answered", said)

    def _look(self, kind: str, said: Any) -> None:
        """Count what was refused beside what was done."""
        for name in ("unsuccessful_bookings", "unsuccessful_modifications"):
            self._refused(kind, said.get(name, {}))
        if kind == "rates" and said["rows_refused"]:
            self.faults.append(f"rates: {said}")

    def _refused(self, kind: str, results: dict[str, Any]) -> None:
        for remote_id, result in results.items():
            key = result["key"]
            self.counts[f"refused: {key}"] += 1
            if key not in REFUSALS:
                self.faults.append(f"{kind} {remote_id}: {key}: {result['message']}")

    def keep_up(self) -> None:
        """Take over what has happened, and acknowledge it: out of order, and some of it twice."""
        while found := self.client.get(f"/cmf/reservations/revisions?limit={PAGE}"):
            self.copy.note("told", [revised(revision) for revision in found])
            numbers = [revision["revision"] for revision in found]
            self.rng.shuffle(numbers)
            half = len(numbers) // 2
            for some in (numbers[half:], numbers[: half + 1], numbers[:1]):
                if some:
                    done = self.client.put(
                        "/cmf/reservations/revisions/ack", {"revisions": some}, "POST"
                    )
                    if done["unknown"]:
                        self.faults.append(f"not known as revisions: {done['unknown']}")
