"""Staff at the desk during a soak: they change, move, check in, bill and cancel what others book.

They call the services on the database of the web workers. Every refusal of the domain is an
answer; anything else is a problem. A database that is killed meanwhile is waited for.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import Error, connection, connections

from bookyflow.billing.invoicing import invoice_cancel, invoice_issue
from bookyflow.billing.models import Invoice
from bookyflow.billing.payments import payment_record, payment_refund
from bookyflow.core.acting import SYSTEM
from bookyflow.core.errors import DomainError
from bookyflow.reservations import lifecycle
from bookyflow.reservations.amendments.apply import booking_amend
from bookyflow.reservations.amendments.changes import Changes, PriceMode
from bookyflow.reservations.amendments.room_move import booking_room_move
from bookyflow.reservations.folio_charges import service_add
from bookyflow.reservations.holds import holds_expire
from bookyflow.reservations.models import Booking
from bookyflow.rooms.models import Room

MOST_PROBLEMS = 20


@dataclass
class Diary:
    """What all clerks together did."""

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


class Clerk:
    """One member of staff of one property who does one random thing after another."""

    def __init__(self, diary: Diary, property_id: int, seed: str) -> None:
        self.diary = diary
        self.property_id = property_id
        self.by = SYSTEM
        self.rng = random.Random(seed)  # noqa: S311  # repeatable, not secret

    def step(self) -> None:
        """Do one thing to some booking."""
        act = self.rng.choice(self.acts())
        try:
            booking = self.some_booking()
            if booking is not None:
                act(booking)
                self.diary.counts[act.__name__] += 1
        except DomainError as error:
            self.diary.counts[f"refused: {error.key}"] += 1
        except Error as error:
            connection.close()
            if "deadlock" in str(error) or "violates" in str(error):
                self.note(f"{act.__name__}: {error}")
            time.sleep(0.2)

    def note(self, problem: str) -> None:
        """Remember what must not happen."""
        if len(self.diary.problems) < MOST_PROBLEMS:
            self.diary.problems.append(problem[:500])

    def acts(self) -> list[Callable[[Booking], None]]:
        """What there is to do; what happens often stands there often."""
        return [
            self.amend,
            self.amend,
            self.move,
            self.move,
            self.arrive_and_leave,
            self.charge,
            self.pay,
            self.pay,
            self.give_back,
            self.bill,
            self.bill,
            self.cancel_bill,
            self.cancel,
            self.release_old_holds,
        ]

    def some_booking(self) -> Booking | None:
        """A booking of the property; None while there is none."""
        found = Booking.objects.filter(property=self.property_id, kind="booking")
        newest = found.order_by("-pk").values_list("pk", flat=True)[:60]
        chosen = list(newest)
        return found.get(pk=self.rng.choice(chosen)) if chosen else None

    def amend(self, booking: Booking) -> None:
        """Make a visitor's stay longer, shorter or later; the channel's are the channel's."""
        if not booking.request:
            return
        day = timedelta(days=1)
        arrival = booking.arrival + self.rng.choice([0, 0, 1, -1]) * day
        nights = self.rng.choice([1, 2, 3, 5])
        arrived = booking.state == "checked_in"
        changes = Changes(
            arrival=None if arrived else arrival,
            departure=(booking.arrival if arrived else arrival) + nights * day,
        )
        booking_amend(
            booking_id=booking.pk,
            property_id=self.property_id,
            changes=changes,
            price=self.rng.choice(list(PriceMode)),
            by=self.by,
        )

    def move(self, booking: Booking) -> None:
        """Give a booking another room by hand."""
        held = booking.occupancies.first()
        rooms = list(Room.objects.filter(property=self.property_id).values_list("pk", flat=True))
        if held is not None:
            booking_room_move(
                booking_id=booking.pk,
                property_id=self.property_id,
                from_room_id=held.room_id,
                to_room_id=self.rng.choice(rooms),
                by=self.by,
            )

    def arrive_and_leave(self, booking: Booking) -> None:
        """Check a visitor in, or out, or one of them back."""
        if not booking.request:
            return
        facts: dict[str, Any] = {
            "booking_id": booking.pk,
            "property_id": self.property_id,
            "by": self.by,
        }
        if booking.state == "checked_in":
            step = self.rng.choice([lifecycle.booking_check_out, lifecycle.booking_check_in_undo])
            step(**facts)
        elif booking.state == "checked_out":
            lifecycle.booking_check_out_undo(**facts)
        else:
            lifecycle.booking_check_in(**facts, override=True)

    def charge(self, booking: Booking) -> None:
        """Add a service."""
        service_add(
            booking_id=booking.pk,
            property_id=self.property_id,
            description="Soap",
            price=Decimal(self.rng.randrange(1, 2000)) / 100,
            tax_percent=Decimal(self.rng.choice([0, 10, 20])),
            by=self.by,
        )

    def pay(self, booking: Booking) -> None:
        """Take some money."""
        payment_record(
            booking_id=booking.pk,
            property_id=self.property_id,
            amount=Decimal(self.rng.randrange(1, 20_000)) / 100,
            method="card",
            by=self.by,
        )

    def give_back(self, booking: Booking) -> None:
        """Refund some money."""
        payment_refund(
            booking_id=booking.pk,
            property_id=self.property_id,
            amount=Decimal(self.rng.randrange(1, 5_000)) / 100,
            method="card",
            by=self.by,
        )

    def bill(self, booking: Booking) -> None:
        """Issue an invoice, or a credit note."""
        invoice_issue(booking_id=booking.pk, property_id=self.property_id, by=self.by)

    def cancel_bill(self, booking: Booking) -> None:
        """Take an invoice back."""
        invoice = Invoice.objects.filter(booking=booking).order_by("pk").last()
        if invoice is not None:
            invoice_cancel(invoice_id=invoice.pk, property_id=self.property_id, by=self.by)

    def cancel(self, booking: Booking) -> None:
        """Cancel a visitor's booking, with the fee."""
        if booking.request and self.rng.random() < 0.3:  # noqa: PLR2004  # not all of them
            lifecycle.booking_cancel(
                booking_id=booking.pk, property_id=self.property_id, charge_fee=True, by=self.by
            )

    def release_old_holds(self, booking: Booking) -> None:
        """What the job does every minute."""
        holds_expire()


def work(
    property_id: int, *, seed: int, threads: int, go_on: Callable[[], bool], pause: float = 0.0
) -> Diary:
    """Let so many clerks work at a property for as long as `go_on`."""
    diary = Diary()

    def shift(number: int) -> None:
        clerk = Clerk(diary, property_id, f"{seed}-clerk-{number}")
        try:
            while go_on():
                clerk.step()
                time.sleep(pause)
        except Exception as error:  # noqa: BLE001  # a clerk who gives up is a finding, not an end
            clerk.note(f"{type(error).__name__}: {error}")
        finally:
            connections.close_all()

    shifts = [threading.Thread(target=shift, args=(number,)) for number in range(threads)]
    for one in shifts:
        one.start()
    for one in shifts:
        one.join()
    return diary
