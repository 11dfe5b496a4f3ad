"""What the channel manager keeps: on disk, since it may crash between any two steps."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ENDED = 6  # the first code of a booking that is over: cancelled, no-show, rejected


@dataclass
class Copy:
    """The channel manager's own copy.

    `reservations` maps remote ids to stays by name, as they were sent and accepted, with the
    booking that each became; `bookings` maps booking ids to what the revisions told of them last;
    `rates` maps a property's nights to [price, minimum stay, whether it is closed]. `outbox` is the
    call that is under way, with its key; `seen` counts revisions that were taken over. Each note is
    a line of the file, from which all of it is made again.
    """

    file: Path
    reservations: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    bookings: dict[str, dict[str, Any]] = field(default_factory=dict)
    rates: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    outbox: dict[str, Any] = field(default_factory=dict)
    seen: int = 0

    @classmethod
    def load(cls, file: Path) -> Copy:
        """As its notes make it."""
        copy = cls(file)
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                copy._make(**json.loads(line))  # its own
        return copy

    def note(self, kind: str, said: Any) -> None:
        """Write a note down, then make of it what follows."""
        line = json.dumps({"kind": kind, "said": said})
        with self.file.open("a", encoding="utf-8") as lines:
            lines.write(f"{line}\n")
        self._make(**json.loads(line))

    def _make(self, kind: str, said: Any) -> None:
        made: dict[str, Callable[[Any], None]] = {
            "listed": self._listed,
            "calling": self._calling,
            "answered": self._answered,
            "told": self._told,
        }
        made[kind](said)

    def _listed(self, said: dict[str, Any]) -> None:
        nights = nights_of(said["first"], said["last"])
        self.rates[str(said["uid"])] = {
            night: [said["price"], said["minimum"], False] for night in nights
        }

    def _calling(self, said: dict[str, Any]) -> None:
        self.outbox = said

    def _answered(self, said: dict[str, Any]) -> None:
        """Keep what was done of the call under way; None: all of it was refused."""
        asked, self.outbox = self.outbox, {}
        if said is None:
            return
        if "reservations" in asked["body"]:
            self._reservations_keep(asked["body"], said)
        elif "rows" in asked["body"]:
            refused = {one["index"] for one in said["results"] if not one["success"]}
            for index, row in enumerate(asked["body"]["rows"]):
                if index not in refused:
                    self._rates_keep(row)
        else:
            self._cancelled_drop(asked["body"])

    def _reservations_keep(self, body: Any, answer: dict[str, Any]) -> None:
        done = answer.get("successful_bookings") or answer.get("successful_modifications") or {}
        for one in body["reservations"]["reservations"]:
            if one["remote_reservation_id"] in done:
                links = done[one["remote_reservation_id"]]["links"]
                self.reservations[one["remote_reservation_id"]] = {
                    stay["stay_id"]: {"sent": stay, "booking": link["contract_uid"]}
                    for stay, link in zip(one["stay_infos"], links, strict=True)
                }

    def _cancelled_drop(self, body: Any) -> None:
        for remote_id in body.get("reservation_ids", ()):
            self.reservations.pop(remote_id, None)
        for some in body.get("stays", ()):
            for name in some["stay_ids"]:
                self.reservations[some["remote_reservation_id"]].pop(name, None)

    def _told(self, revisions: list[dict[str, Any]]) -> None:
        for one in revisions:
            self.bookings[one["booking"]] = one["facts"]
            self.seen += 1
            if one["facts"]["status"] >= ENDED:
                self._drop(int(one["booking"]))

    def _rates_keep(self, row: dict[str, Any]) -> None:
        """Keep what a row of rates has set, night by night."""
        nights = self.rates[str(row["property_uid"])]
        for night in nights_of(row["date_from"], row["date_to"]):
            price, minimum, closed = nights[night]
            nights[night] = [
                row.get("price", price),
                row.get("min_stay", minimum),
                row.get("stop_sell", closed),
            ]

    def _drop(self, booking: int) -> None:
        """Forget the stay of a booking that has ended, by whomever."""
        for remote_id, stays in list(self.reservations.items()):
            for name in [name for name, stay in stays.items() if stay["booking"] == booking]:
                del stays[name]
            if not stays:
                del self.reservations[remote_id]


def revised(revision: dict[str, Any]) -> dict[str, Any]:
    """What of a revision is kept."""
    booking = revision["booking"]
    rooms = sum(len(of["room_ids"]) for of in booking["room_types_booked"].values())
    more = {"paid": booking["amount_paid"], "rooms": rooms}
    return {"booking": str(booking["booking_id"]), "facts": facts(booking) | more}


def facts(booking: dict[str, Any]) -> dict[str, Any]:
    """What of a booking must agree: to the night and to the cent."""
    linked = booking["mapping"].get("linked_bookings") or {}
    return {
        "version": booking["version"],
        "property": booking["property_uid"],
        "remote": linked.get("remote_booking_id", ""),
        "nights": [booking["date_from"], booking["date_to"]],
        "total": booking["booking_total"],
        "currency": booking["currency_code"],
        "status": booking["status"]["status_code"],
        "guests": booking["guest_numbers"]["number_of_guests"],
    }


def nights_of(first: str, last: str) -> Iterator[str]:
    """Every night from the first to the last, both included."""
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    while day <= end:
        yield day.isoformat()
        day += timedelta(1)
