"""Invoices, as channels read them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine

from bookyflow.billing.invoicing import invoice_cancel, invoice_issue, invoice_mark_paid
from bookyflow.billing.payments import payment_record
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import Stay
from bookyflow.guests.services import GuestDetails
from bookyflow.properties.models import PropertySettings
from bookyflow.tariffs.models import TaxRate
from tests.conftest import make_hotel
from tests.domain.billing.conftest import add
from tests.domain.conftest import book
from tests.features.cmf.conftest import BASE, refusal, shown, value
from tests.features.cmf.test_statements import READ, counted

pytestmark = pytest.mark.django_db

ISSUED = datetime(2027, 6, 6, 9, 12, 40, tzinfo=UTC)


@pytest.fixture
def clerk(client_for, linked):
    """The channel, which may know who the guests are."""
    return client_for("channel_management guests_get", channel="ota")


def issue(prop, *, price=570, breakfast=None, first=date(2027, 6, 7)):
    """An invoice of five nights, with what is known of it by name in an example."""
    with time_machine.travel(ISSUED, tick=False):
        guest = GuestDetails("Berger", "Ada", "ada.berger@mail.example")
        stay = Stay(first, date.fromordinal(first.toordinal() + 5))
        booking = book(prop, stay, guest=guest, price=price)
        if breakfast:
            add(booking, breakfast, description="Breakfast")
        return invoice_issue(property_id=prop.pk, booking_id=booking.pk, by=SYSTEM)


def pay(invoice, amount):
    payment_record(
        property_id=invoice.property_id,
        booking_id=invoice.booking_id,
        amount=Decimal(amount),
        method="cash",
        by=SYSTEM,
    )


def listed(prop) -> str:
    return f"{BASE}property/list/invoices/{prop.pk}"


def one(invoice) -> str:
    return f"{BASE}property/invoice/{invoice.property_id}/{invoice.pk}"


def test_invoices_are_listed_with_their_guests(clerk, ota, hotel):
    PropertySettings.objects.filter(property=hotel).update(invoice_due_days=14)
    invoice = issue(hotel, price=500, breakfast="70.00")
    booking = invoice.booking
    pay(invoice, 57)
    known = {"id": invoice.pk, "number": invoice.number, "property_uid": hotel.pk}
    of_booking = {"contract_id": booking.pk, "booking_number": booking.number}
    guest = {"guest_id": booking.guest_id, "guest_uid": booking.guest_id}
    expected = shown("property_list_invoices", **known, **of_booking, **guest)

    assert value(clerk.get(listed(hotel))) == expected
    nobody = {"firstname": "", "surname": ""}
    assert value(ota.get(listed(hotel))) == [expected[0] | nobody]


def test_the_newest_come_first_and_say_when_they_were_paid(clerk, manager, hotel):
    first, second = issue(hotel), issue(hotel, first=date(2027, 7, 1))
    issue(make_hotel(manager))
    with time_machine.travel(ISSUED, tick=False):
        invoice_mark_paid(property_id=hotel.pk, invoice_id=second.pk, by=SYSTEM)
        note = invoice_cancel(property_id=hotel.pk, invoice_id=first.pk, by=SYSTEM)

    found = value(clerk.get(listed(hotel), HTTP_ACCEPT_LANGUAGE="de"))

    assert [(row["id"], row["Txtstatus"], row["imgColor"], row["paid"]) for row in found] == [
        (note.pk, "Bezahlt", "green", "2027-06-06T09:12:40Z"),
        (second.pk, "Bezahlt", "green", "2027-06-06T09:12:40Z"),
        (first.pk, "Storniert", "black", None),
    ]
    assert value(clerk.get(one(note)))[0]["outstanding_total"] == "0.00"


def test_one_invoice_with_its_lines(ota, hotel):
    PropertySettings.objects.filter(property=hotel).update(invoice_due_days=14)
    TaxRate.objects.update_or_create(code="01", defaults={"description": "VAT", "rate": 20})
    with time_machine.travel(ISSUED, tick=False):
        booking = book(hotel, Stay(date(2027, 6, 7), date(2027, 6, 12)), price=570)
        amounts = {"net": 475, "tax": 95, "tax_rate": 20, "quantity": 5, "unit": 114}
        booking.lines.update(**amounts)
        invoice = invoice_issue(property_id=hotel.pk, booking_id=booking.pk, by=SYSTEM)
    pay(invoice, 57)
    (line,) = invoice.lines.all()

    (found,) = value(ota.get(one(invoice)))

    (expected,) = shown("property_invoice", number=invoice.number, li_inv_id=invoice.pk)
    lines = [expected["line_items"][0] | {"id": line.pk}]
    assert found == expected | {"id": invoice.pk, "line_items": lines}


def test_amounts_are_those_of_the_invoices_currency(ota, hotel):
    PropertySettings.objects.filter(property=hotel).update(currency="JPY")
    invoice = issue(hotel, price=9000)
    PropertySettings.objects.filter(property=hotel).update(currency="EUR")

    (found,) = value(ota.get(one(invoice)))

    assert (found["inittotal"], found["inittotal_formatted"]) == ("9000", "JP¥9,000")
    assert found["line_items"][0]["li_init_discount"] == "0"
    assert value(ota.get(listed(hotel)))[0]["grand_total"] == "9000"


def test_an_invoice_that_there_is_not(ota, manager, hotel):
    theirs = issue(make_hotel(manager))

    for unknown in (theirs.pk, 10**17):
        path = f"{BASE}property/invoice/{hotel.pk}/{unknown}"
        assert refusal(ota.get(path)) == (404, "invoice_not_found", [])
    assert value(ota.get(listed(hotel))) == []


def test_a_read_costs_no_more_for_more_invoices(ota, hotel):
    def cost(invoice) -> tuple[int, int]:
        many, _ = counted(lambda: ota.get(listed(hotel)))
        of_one, _ = counted(lambda: ota.get(one(invoice)))
        assert max(many, of_one) <= READ
        return many, of_one

    few = cost(issue(hotel))
    for month in range(7, 12):
        last = issue(hotel, breakfast="7.00", first=date(2027, month, 1))

    assert cost(last) == few
    page = ota.get(listed(hotel), {"limit": 2})
    assert [row["id"] for row in value(page)] == [last.pk, last.pk - 1]
    assert (page["X-Total-Count"], "Link" in page) == ("6", True)
