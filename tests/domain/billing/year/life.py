"""Living: the clock, the bookings that there are, and steps that are done or refused as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import time_machine
from django.core.cache import cache
from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from bookyflow.billing.tasks import ended_booking_bill
from bookyflow.core.errors import DomainError
from bookyflow.core.money import unit
from bookyflow.events.models import Event
from bookyflow.properties.models import Property
from bookyflow.reservations.models import ENDED, Booking
from bookyflow.reservations.reminders import unpaid_expire
from tests.domain.billing.year import truths
from tests.domain.billing.year.house import TERMS, House, move_in

T = TypeVar("T")
ANY = 11
WHICH = st.integers(0, ANY)  # one of the bookings, the newest first
LIVING = ("enquiry", "provisional", "confirmed", "checked_in")
EXPECTED = ("provisional", "confirmed")
booked = precondition(lambda life: bool(life.agreed))
HEARTBEAT = """
SELECT (SELECT coalesce(sum(version), 0) FROM reservations_booking),
       (SELECT count(*) FROM billing_payment),
       (SELECT count(*) + count(booking_id) + count(released_at) FROM reservations_hold),
       (SELECT coalesce(sum(100 + status), 0) FROM billing_invoice),
       (SELECT sum(version) FROM properties_property)
"""


@dataclass
class Agreed:
    """What holds of a booking whatever the house's settings become, and what it costs by now."""

    currency: str
    inclusive: bool
    tax: Decimal
    total: Decimal
    paid: Decimal

    def price_of(self, amount: Decimal, tax: int) -> Decimal:
        """What an entered amount costs with tax, by the convention that was agreed."""
        return amount if self.inclusive else amount + self.rounded(amount * tax / 100)

    def rounded(self, amount: Decimal) -> Decimal:
        """Half up, to what the currency has."""
        return amount.quantize(unit(self.currency), rounding="ROUND_HALF_UP")


class Life(RuleBasedStateMachine):
    """A house, what was agreed of its bookings, and a clock that only goes on."""

    house: House
    counts: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        cache.clear()
        self.before = transaction.savepoint()
        self.clock = time_machine.travel(datetime.now(UTC).replace(hour=12), tick=False)
        self.now = self.clock.start()
        self.agreed: dict[int, Agreed] = {}
        self.checked: int | None = None  # the booking that was touched last

    def teardown(self) -> None:
        self.clock.stop()
        transaction.savepoint_rollback(self.before)
        self.counts["years"] += 1

    @initialize(terms=TERMS, stays=st.lists(st.integers(0, 9), min_size=3, max_size=3))
    def opens(self, terms: dict[str, Any], stays: list[int]) -> None:
        """The house opens, and has some bookings by each door."""
        move_in(self.house, terms)
        self.first_bookings(stays)

    def first_bookings(self, stays: list[int]) -> None:
        """Some bookings to begin with, so many days ahead."""

    @property
    def prop(self) -> Property:
        return self.house.prop()

    def today(self) -> date:
        return self.prop.settings.today()

    def some(self, which: int, *states: str) -> Booking | None:
        """One of the bookings in some states; seldom, where the step makes no sense, any."""
        found = Booking.objects.filter(pk__in=self.agreed).order_by("-pk")
        if which < ANY:
            found = found.filter(state__in=states or LIVING)
        known = list(found)
        return known[which % len(known)] if known else None

    def place(self, booking: Booking) -> dict[str, Any]:
        """What services of a booking are called with."""
        return {
            "booking_id": booking.pk,
            "property_id": booking.property_id,
            "by": self.house.staff,
        }

    def attempt(self, name: str, work: Callable[[], T], booking: Booking | None = None) -> T | None:
        """Do a step; None where it was refused, and nothing has come of it then.

        Whatever has changed was told by an event, and whatever was told has changed.
        """
        before, last = self._heartbeat(), self._last_event()
        try:
            with transaction.atomic():
                done = work()
        except DomainError as error:
            self.counts[f"{name}: {error.key}"] += 1
            done = None
        else:
            self.counts[name] += 1
        has_changed = before != self._heartbeat()
        assert has_changed == (last != self._last_event()), name
        assert not (done is None and has_changed and name != "night"), name
        if booking is not None:
            self.checked = booking.pk
        return done

    def come(self, booking: Booking | None) -> None:
        """Note what was agreed of a new booking."""
        if booking is None:
            return
        booking.refresh_from_db()
        settings = self.prop.settings
        self.agreed[booking.pk] = Agreed(
            currency=settings.currency,
            inclusive=settings.prices_inclusive,
            tax=settings.accommodation_tax_rate,
            total=booking.total,
            paid=booking.paid,
        )
        self.checked = booking.pk

    def reprice(self, booking: Booking) -> None:
        """Note the price that a booking has by today's terms."""
        now = Booking.objects.get(pk=booking.pk)
        settings = self.prop.settings
        one = self.agreed[booking.pk]
        one.inclusive, one.tax = settings.prices_inclusive, settings.accommodation_tax_rate
        one.total = now.total

    def retotal(self, booking: Booking) -> None:
        """Note what a booking costs by now."""
        self.agreed[booking.pk].total = Booking.objects.get(pk=booking.pk).total

    @rule(days=st.integers(1, 9))
    def days_go_by(self, days: int) -> None:
        self._night(days)

    @booked
    @rule(which=WHICH)
    def the_day_comes(self, which: int) -> None:
        """On to the day on which a guest arrives, or leaves."""
        booking = self.some(which)
        if booking is not None:
            self.until(booking.arrival if self.today() < booking.arrival else booking.departs_on)

    def until(self, day: date) -> None:
        """On to a day that is not far ahead."""
        if 0 < (ahead := (day - self.today()).days) <= 30:
            self._night(ahead)

    @invariant()
    def all_of_it_holds(self) -> None:
        truths.check(self.agreed, self.checked)

    def _night(self, days: int) -> None:
        """The clock goes on, and what is due is done by the jobs."""
        self.now.shift(timedelta(days=days))
        self.attempt("night", unpaid_expire)
        for pk, agreed in self.agreed.items():
            booking = Booking.objects.get(pk=pk)
            if booking.state in ENDED:
                agreed.total = booking.total
                if booking.state != "rejected":
                    ended_booking_bill(booking.pk, booking.property_id)

    def _heartbeat(self) -> tuple[Any, ...]:
        with connection.cursor() as cursor:
            cursor.execute(HEARTBEAT)
            row: tuple[Any, ...] = cursor.fetchone()
        return row

    def _last_event(self) -> int | None:
        return Event.objects.order_by("-id").values_list("id", flat=True).first()
