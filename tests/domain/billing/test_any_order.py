"""Whatever is done to a booking in whatever order, its books balance."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import Sum

from bookyflow.billing.invoicing import (
    invoice_cancel,
    invoice_issue,
    invoice_mark_paid,
    invoice_mark_unpaid,
)
from bookyflow.billing.models import Invoice, InvoiceKind, Payment
from bookyflow.billing.payments import deposit_save, payment_record, payment_refund, payment_reverse
from bookyflow.billing.selectors import invoice_settlements
from bookyflow.billing.settlement import credit_left, invoices_of
from bookyflow.core.acting import SYSTEM
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.reservations.folio import line_take_back
from bookyflow.reservations.models import Booking, BookingLine
from tests.domain.billing.conftest import add, retotal

pytestmark = pytest.mark.django_db

NUMBER = 60
STEPS = (
    *("add", "discount", "take", "issue", "issue", "cancel", "paid", "unpaid"),
    *("pay", "pay", "refund", "undo", "deposit"),
)


def added(of, column: str) -> Decimal:
    return of.aggregate(sum=Sum(column))["sum"] or Decimal(0)


def live(booking):
    """The lines that count: neither taken back nor taking back."""
    return BookingLine.objects.filter(booking=booking, reverses=None, reversed_by=None)


def statuses() -> dict[int, int]:
    return dict(Invoice.objects.values_list("pk", "status"))


def check(booking: Booking) -> None:
    booking.refresh_from_db()
    issued = invoices_of(booking)
    billed = sum((one.gross for one in issued), Decimal(0))
    assert booking.total == added(booking.lines, "gross") == added(live(booking), "gross")
    assert booking.total == billed + added(booking.lines.filter(billed=False), "gross")
    assert booking.paid == added(booking.payments, "amount") >= 0
    assert credit_left(issued) >= 0
    settlements = invoice_settlements(booking)
    assert sum(one.outstanding for one in settlements) == max(billed - booking.paid, Decimal(0))
    assert [one.status for one in settlements] == [one.invoice.status for one in settlements]
    for invoice in issued:
        assert invoice.gross == added(invoice.lines, "gross")
    sequences = Invoice.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(sequences) == list(range(1001, 1001 + len(sequences)))


class Chances:
    """Steps drawn by a seeded generator; those that services refuse have no effect."""

    def __init__(self, booking: Booking, seed: int) -> None:
        self.booking = booking
        self.random = random.Random(seed)
        self.booked = {"property_id": booking.property_id, "by": SYSTEM}
        self.done: set[str] = set()

    def amount(self, most: int = 90) -> Decimal:
        return Decimal(self.random.randint(1, most * 100)) / 100

    def any_of(self, rows) -> int:
        return self.random.choice([*rows.values_list("pk", flat=True), 0])

    def step(self) -> None:
        name = self.random.choice(STEPS)
        Event.objects.all().delete()
        before = statuses()
        try:
            with transaction.atomic():
                getattr(self, name)()
        except DomainError:
            assert not Event.objects.exists()
        else:
            self.done.add(name)
        # Every invoice that is new or has another status was told of, once, and no other one.
        told = Event.objects.filter(subject_kind="invoice").order_by("subject_id")
        moved = sorted(statuses().items() - before.items())
        assert list(told.values_list("subject_id", flat=True)) == [pk for pk, _ in moved]

    def add(self) -> None:
        add(self.booking, self.amount(), tax_rate=self.random.choice([0, 7, 20]))

    def discount(self) -> None:
        room = int(added(live(self.booking), "gross"))
        if room > 1:
            add(self.booking, -self.amount(room - 1), tax_rate=20)

    def take(self) -> None:
        line = live(self.booking).filter(pk=self.any_of(live(self.booking).order_by("pk"))).first()
        if line and line.gross <= added(live(self.booking), "gross"):
            line_take_back(line)
            retotal(self.booking)

    def issue(self) -> None:
        invoice_issue(booking_id=self.booking.pk, **self.booked)

    def cancel(self) -> None:
        self._invoice(invoice_cancel)

    def paid(self) -> None:
        self._invoice(invoice_mark_paid)

    def unpaid(self) -> None:
        self._invoice(invoice_mark_unpaid)

    def pay(self) -> None:
        payment_record(
            booking_id=self.booking.pk, amount=self.amount(), method="cash", **self.booked
        )

    def refund(self) -> None:
        payment_refund(
            booking_id=self.booking.pk, amount=self.amount(40), method="cash", **self.booked
        )

    def undo(self) -> None:
        payment_reverse(payment_id=self.any_of(Payment.objects.order_by("pk")), **self.booked)

    def deposit(self) -> None:
        deposit_save(booking_id=self.booking.pk, reference="", **self.booked)

    def _invoice(self, service: Callable[..., object]) -> None:
        rows = Invoice.objects.filter(kind=InvoiceKind.INVOICE).order_by("pk")
        service(invoice_id=self.any_of(rows), **self.booked)


@pytest.mark.parametrize("seed", range(4))
def test_the_books_balance_after_every_step(booking, seed):
    Booking.objects.update(deposit_required=40)
    chances = Chances(booking, seed)

    for _ in range(NUMBER):
        chances.step()
        check(booking)

    assert len(chances.done) >= 8, chances.done
