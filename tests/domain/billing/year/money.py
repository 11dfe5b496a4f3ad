"""Money and papers: payments, refunds, invoices, credit notes."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import rule

from bookyflow.billing.invoicing import (
    invoice_cancel,
    invoice_issue,
    invoice_mark_paid,
    invoice_mark_unpaid,
)
from bookyflow.billing.models import Invoice, Payment
from bookyflow.billing.payments import deposit_save, payment_record, payment_refund, payment_reverse
from bookyflow.core.money import unit
from bookyflow.reservations.models import Booking, BookingState
from tests.domain.billing.year import truths
from tests.domain.billing.year.life import WHICH, Life, booked

STATES = BookingState.values
SHARES = st.sampled_from([10, 50, 100, 130])


class Money(Life):
    """What is paid, given back and written on paper."""

    @booked
    @rule(which=WHICH, share=SHARES)
    def guest_pays(self, which, share):
        booking = self.some(which, *STATES)
        if booking is None:
            return
        amount = self._share(booking, booking.total, share)
        paid = self.attempt(
            "pay",
            lambda: payment_record(**self.place(booking), amount=amount, method="cash"),
            booking,
        )
        self._moved(booking, paid)

    @booked
    @rule(which=WHICH, share=SHARES)
    def money_is_given_back(self, which, share):
        booking = self.some(which, *STATES)
        if booking is None:
            return
        amount = self._share(booking, booking.paid, share)
        refund = self.attempt(
            "refund",
            lambda: payment_refund(**self.place(booking), amount=amount, method="card"),
            booking,
        )
        self._moved(booking, refund)

    @booked
    @rule(which=WHICH)
    def payment_was_a_mistake(self, which):
        booking = self.some(which, *STATES)
        last = booking and booking.payments.order_by("-pk").first()
        if last is None:
            return
        where = {"property_id": self.house.pk, "by": self.house.staff}
        reversal = self.attempt(
            "reverse", lambda: payment_reverse(payment_id=last.pk, **where), booking
        )
        self._moved(booking, reversal)

    @booked
    @rule(which=WHICH)
    def deposit_comes(self, which):
        booking = self.some(which, *STATES)
        if booking is None:
            return
        paid = self.attempt(
            "deposit", lambda: deposit_save(**self.place(booking), reference=""), booking
        )
        self._moved(booking, paid)

    @booked
    @rule(which=WHICH)
    def invoice_is_issued(self, which):
        booking = self.some(which, *STATES)
        if booking is not None:
            self._issue(booking)

    @booked
    @rule(which=WHICH, number=st.integers(0, 3), again=st.booleans())
    def invoice_is_cancelled(self, which, number, again):
        """A credit note; and the invoice anew, with what is true by now."""
        booking = self._invoiced(which)
        invoice = self._invoice(booking, number)
        if booking is None or invoice is None:
            return
        note = self._paper("cancel invoice", invoice_cancel, booking, invoice)
        if note is not None:
            truths.check_credited(invoice, note)
        if note is not None and again:
            self._issue(booking)

    @booked
    @rule(which=WHICH, number=st.integers(0, 3), paid=st.booleans())
    def invoice_is_marked(self, which, number, paid):
        booking = self._invoiced(which)
        invoice = self._invoice(booking, number)
        if booking is None or invoice is None:
            return
        before = truths.paid_of(booking.pk)
        self._paper("mark", invoice_mark_paid if paid else invoice_mark_unpaid, booking, invoice)
        change = truths.paid_of(booking.pk) - before
        self.agreed[booking.pk].paid += change
        assert change >= 0 if paid else change <= 0

    def _invoiced(self, which: int) -> Booking | None:
        """One that has an invoice, or gets it now."""
        booking = self.some(which, *STATES)
        if booking is not None and not booking.invoices.exists():
            self._issue(booking)
        return booking

    def _issue(self, booking: Booking) -> None:
        invoice = self.attempt("issue", lambda: invoice_issue(**self.place(booking)), booking)
        if invoice is not None:
            truths.check_issued(booking.pk, invoice)

    def _invoice(self, booking: Booking | None, number: int) -> Invoice | None:
        if booking is None:
            return None
        found = list(booking.invoices.order_by("-sequence"))
        return found[number % len(found)] if found else None

    def _paper(self, name, service, booking, invoice):
        where = {"property_id": self.house.pk, "by": self.house.staff}
        return self.attempt(name, lambda: service(invoice_id=invoice.pk, **where), booking)

    def _share(self, booking: Booking, of: Decimal, share: int) -> Decimal:
        smallest = unit(booking.currency)
        part = (of * share / 100).quantize(smallest, rounding="ROUND_HALF_UP")
        return max(part, smallest)

    def _moved(self, booking: Booking, entry: Payment | None) -> None:
        if entry is not None:
            self.agreed[booking.pk].paid += entry.amount
            assert entry.currency == booking.currency
