"""Numbers without gaps, and bookings billed once, when many issue at the same time."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import transaction

from bookyflow.billing.invoicing import invoice_cancel, invoice_issue, invoice_mark_paid
from bookyflow.billing.models import Invoice, Payment
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.lifecycle import booking_cancel
from tests.conftest import make_hotel
from tests.domain.conftest import at_once, book, stay

pytestmark = pytest.mark.django_db(transaction=True)


class Undone(Exception):
    """Ends a transaction after its invoice was issued."""


@pytest.fixture
def bookings(hotel):
    PropertySettings.objects.filter(property=hotel).update(invoice_first_number=1)
    return [book(hotel, stay(1 + n, 1)) for n in range(20)]


def sequences(prop) -> list[int]:
    found = Invoice.objects.filter(property=prop).order_by("sequence")
    return list(found.values_list("sequence", flat=True))


def test_numbers_have_no_gaps(hotel, bookings, by):
    issued = at_once(
        20, lambda n: invoice_issue(property_id=hotel.pk, booking_id=bookings[n].pk, by=by)
    )

    assert sorted(one.sequence for one in issued) == list(range(1, 21))
    assert sequences(hotel) == list(range(1, 21))


def test_what_was_undone_leaves_no_gap(hotel, manager, bookings, by):
    other = make_hotel(manager, name="Other")
    PropertySettings.objects.filter(property=other).update(invoice_first_number=1)
    elsewhere = [book(other, stay(1 + n, 1)) for n in range(4)]

    def work(n):
        if n % 5 == 4:
            booking = elsewhere[n // 5]
            return invoice_issue(property_id=other.pk, booking_id=booking.pk, by=by)
        with transaction.atomic():
            invoice = invoice_issue(property_id=hotel.pk, booking_id=bookings[n].pk, by=by)
            if n % 3 == 0:
                raise Undone
        return invoice

    results = at_once(20, work)

    undone = [one for one in results if isinstance(one, Undone)]
    assert len(undone) == 6
    assert not [one for one in results if isinstance(one, Exception) and one not in undone]
    assert sequences(hotel) == list(range(1, 11))
    assert sequences(other) == [1, 2, 3, 4]


def test_one_booking_is_billed_once(hotel, bookings, by):
    results = at_once(
        6, lambda _: invoice_issue(property_id=hotel.pk, booking_id=bookings[0].pk, by=by)
    )

    keys = [one.key for one in results if isinstance(one, DomainError)]
    assert keys == ["nothing_to_bill"] * 5
    assert sequences(hotel) == [1]


def test_an_invoice_is_paid_once_or_cancelled(hotel, bookings, by):
    invoices = [
        invoice_issue(property_id=hotel.pk, booking_id=booking.pk, by=by)
        for booking in bookings[:4]
    ]
    for invoice in invoices:
        facts = {"property_id": hotel.pk, "invoice_id": invoice.pk, "by": by}

        results = at_once(
            4, lambda n, facts=facts: invoice_mark_paid(**facts) if n else invoice_cancel(**facts)
        )

        invoice.refresh_from_db()
        booking = invoice.booking
        assert invoice.status == 2
        assert booking.paid in {0, booking.total}
        assert Payment.objects.filter(booking=booking).count() == bool(booking.paid)
        failed = [one for one in results if isinstance(one, Exception)]
        assert {one.key for one in failed} <= {"invoice_state"}


def test_a_booking_is_cancelled_once_however_many_do_it(hotel, by):
    """Each looks at the state under the lock of the row: one fee, one step, one event."""
    PropertySettings.objects.update(cancellation_fee_kind="percentage", cancellation_fee=50)
    booking = book(hotel, stay(3, 2), price=200)
    cancel = partial(
        booking_cancel, booking_id=booking.pk, property_id=hotel.pk, by=by, charge_fee=True
    )

    ended = at_once(6, lambda _: cancel())

    assert {one.state for one in ended} == {"cancelled"}
    booking.refresh_from_db()
    assert (booking.total, booking.lines.count(), booking.history.count()) == (100, 3, 2)
    assert Event.objects.filter(kind="booking_cancelled").count() == 1
