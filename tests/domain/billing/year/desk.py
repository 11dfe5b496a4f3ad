"""The desk: guests arrive, leave, leave early, do not come; what is cancelled; what they have."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import rule

from bookyflow.core.money import unit
from bookyflow.reservations.amendments.changes import PriceMode
from bookyflow.reservations.early_departure import guest_leave_early
from bookyflow.reservations.folio_charges import service_add, service_remove
from bookyflow.reservations.lifecycle import (
    booking_approve,
    booking_cancel,
    booking_check_in,
    booking_check_in_undo,
    booking_check_out,
    booking_check_out_undo,
    booking_no_show,
    booking_reject,
)
from bookyflow.reservations.models import Booking
from bookyflow.reservations.public_booking import visitor_cancel
from bookyflow.reservations.tokens import booking_token
from tests.domain.billing.year.changes import MODES
from tests.domain.billing.year.house import TAXES
from tests.domain.billing.year.life import EXPECTED, WHICH, Life, booked


class Desk(Life):
    """What the front desk does."""

    @booked
    @rule(which=WHICH, override=st.booleans())
    def guest_arrives(self, which, override):
        booking = self.some(which, *EXPECTED)
        if booking is not None:
            if not override:
                self.until(booking.arrival)
            self._step("check in", booking_check_in, booking, override=override)

    def here(self, which: int) -> Booking | None:
        """One whose guest comes now, or has come."""
        found = self.some(which, *EXPECTED)
        if found is None:
            return self.some(which, "checked_in")
        self.until(found.arrival)
        self._step("check in", booking_check_in, found, override=True)
        return found

    @booked
    @rule(which=WHICH, free=st.booleans())
    def guest_leaves(self, which, free):
        booking = self.here(which)
        if booking is not None:
            self._step("check out", booking_check_out, booking, free_remaining=free)

    @booked
    @rule(which=WHICH, mode=MODES)
    def guest_leaves_early(self, which, mode):
        booking = self.here(which)
        if booking is None:
            return
        done = self.attempt(
            f"leave early {mode}",
            lambda: guest_leave_early(**self.place(booking), price=mode),
            booking,
        )
        if done is not None and mode == PriceMode.REPRICED:
            self.reprice(booking)
        elif done is not None and mode == PriceMode.GRANTED:
            self.retotal(booking)

    @booked
    @rule(which=WHICH, undo=st.sampled_from([booking_check_in_undo, booking_check_out_undo]))
    def it_is_undone(self, which, undo):
        is_in = undo is booking_check_in_undo
        booking = self.some(which, "checked_in" if is_in else "checked_out")
        if booking is not None:
            self._step(undo.__name__, undo, booking)

    @booked
    @rule(which=WHICH, step=st.sampled_from([booking_approve, booking_reject]))
    def enquiry_is_answered(self, which, step):
        booking = self.some(which, "enquiry")
        if booking is not None and self._step(step.__name__, step, booking):
            self.retotal(booking)

    @booked
    @rule(which=WHICH, by_guest=st.booleans(), fee=st.booleans())
    def booking_is_cancelled(self, which, by_guest, fee):
        booking = self.some(which)
        if booking is None:
            return
        if by_guest:
            number = booking.number
            done = self.attempt(
                "guest cancels",
                lambda: visitor_cancel(reference=number, token=booking_token(number)),
                booking,
            )
        else:
            done = self._step("cancel", booking_cancel, booking, charge_fee=fee)
        if done is not None:
            self.retotal(booking)

    @booked
    @rule(which=WHICH)
    def guest_does_not_come(self, which):
        booking = self.some(which, *EXPECTED)
        if booking is not None:
            self.until(booking.arrival)
        if booking is not None and self._step("no show", booking_no_show, booking):
            self.retotal(booking)

    @booked
    @rule(
        which=WHICH,
        price=st.integers(0, 4000),
        quantity=st.integers(1, 3),
        tax=st.sampled_from(TAXES),
    )
    def guest_has_something(self, which, price, quantity, tax):
        """What is charged later is entered in the booking's own currency and convention."""
        booking = self.some(which)
        if booking is None:
            return
        agreed = self.agreed[booking.pk]
        each = price * unit(booking.currency)
        line = self.attempt(
            "service",
            lambda: service_add(
                **self.place(booking),
                description="Sauna",
                price=each,
                quantity=quantity,
                tax_percent=Decimal(tax),
            ),
            booking,
        )
        if line is not None:
            agreed.total += agreed.price_of(each * quantity, tax)

    @booked
    @rule(which=WHICH)
    def it_was_a_mistake(self, which):
        booking = self.some(which)
        if booking is None:
            return
        line = booking.lines.filter(kind="service", reverses=None, reversed_by=None).first()
        if line is None:
            return
        gross = line.gross
        if self.attempt(
            "service removed",
            lambda: service_remove(**self.place(booking), line_id=line.pk),
            booking,
        ):
            self.agreed[booking.pk].total -= gross

    def _step(self, name, step, booking: Booking, **details):
        return self.attempt(name, lambda: step(**self.place(booking), **details), booking)
