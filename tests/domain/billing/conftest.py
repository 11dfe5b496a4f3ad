from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import transaction

from bookyflow.billing.invoicing import invoice_issue
from bookyflow.billing.payments import payment_record
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.reservations.models import Booking, BookingLine
from tests.domain.conftest import book, stay


@pytest.fixture
def booking(hotel):
    """200.00 in all, nothing paid, no events yet."""
    made = book(hotel, stay(3, 2), price="200.00")
    Event.objects.all().delete()
    return made


@pytest.fixture
def issue(booking, by):
    def work(of=None):
        of = of or booking
        return invoice_issue(property_id=of.property_id, booking_id=of.pk, by=by)

    return work


@pytest.fixture
def pay(booking, by):
    def work(amount, of=None):
        of = of or booking
        return payment_record(
            property_id=of.property_id,
            booking_id=of.pk,
            amount=Decimal(amount),
            method="cash",
            by=by,
        )

    return work


def add(booking, gross, *, description="Sauna", tax_rate=0, reverses=None) -> BookingLine:
    """One more line on the account of a booking."""
    gross = Decimal(gross)
    net = (
        gross if not tax_rate else (gross / (1 + Decimal(tax_rate) / 100)).quantize(Decimal("0.01"))
    )
    line = BookingLine.objects.create(
        booking=booking,
        kind="service",
        name=description,
        net=net,
        tax_rate=tax_rate,
        tax=gross - net,
        gross=gross,
        reverses=reverses,
    )
    retotal(booking)
    return line


def take_back(line: BookingLine) -> BookingLine:
    """What the reservations side does with a billed line that does not hold any more."""
    counter = BookingLine.objects.create(
        booking=line.booking,
        kind=line.kind,
        name=line.name,
        net=-line.net,
        tax_rate=line.tax_rate,
        tax=-line.tax,
        gross=-line.gross,
        reverses=line,
    )
    retotal(line.booking)
    return counter


def retotal(booking) -> None:
    total = sum(booking.lines.values_list("gross", flat=True), Decimal(0))
    Booking.objects.filter(pk=booking.pk).update(total=total)


def refused(work, *args, **kwargs) -> str:
    """The key of the refusal."""
    with pytest.raises(DomainError) as caught, transaction.atomic():
        work(*args, **kwargs)
    return caught.value.key


def events() -> list[str]:
    return list(Event.objects.order_by("id").values_list("kind", flat=True))
