from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db.models import Q

from bookyflow.billing.invoicing import invoice_cancel, invoice_issue, invoice_mark_paid
from bookyflow.billing.payments import payment_record
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import Stay
from bookyflow.guests.services import GuestDetails
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.models import BookingLine
from bookyflow.tariffs.models import TaxRate
from tests.conftest import make_hotel
from tests.domain.billing.conftest import add, take_back
from tests.domain.conftest import book, day, stay
from tests.examples import example
from tests.features.reading import BASE, read, refusal, statements

pytestmark = pytest.mark.django_db

ADA = GuestDetails("Berger", "Ada", "ada.berger@mail.example")
ISSUED = datetime(2027, 6, 6, 9, 12, 40, tzinfo=UTC)


@pytest.fixture
def clerk(client_for, receptionist):
    """Who may see invoices, and who the guests are."""
    return client_for("invoices_get guests_get", user=receptionist)


def issue(prop, *, price=570, moment=ISSUED, paid=False, when=None):
    """An invoice of a stay of its own, issued at a moment."""
    with time_machine.travel(moment, tick=False):
        stayed = when or Stay(day("2027-06-07"), day("2027-06-12"))
        booking = book(prop, stayed, guest=ADA, price=price)
        return issued(booking, paid=paid)


def issued(booking, *, paid=False):
    facts = {"property_id": booking.property_id, "by": SYSTEM}
    invoice = invoice_issue(booking_id=booking.pk, **facts)
    return invoice_mark_paid(invoice_id=invoice.pk, **facts) if paid else invoice


def pay(booking, amount):
    facts = {"property_id": booking.property_id, "booking_id": booking.pk, "by": SYSTEM}
    payment_record(amount=Decimal(amount), method="cash", **facts)


def ids(client, path):
    return [row["id"] for row in read(client, path)]


@pytest.mark.parametrize(("action", "rest"), [("list", ""), ("list_between_dates", "/{0}/{0}")])
def test_shows_invoices_with_the_names_of_guests(clerk, hotel, action, rest):
    PropertySettings.objects.filter(property=hotel).update(invoice_due_days=14)
    with time_machine.travel(ISSUED, tick=False):
        booking = book(hotel, Stay(day("2027-06-07"), day("2027-06-12")), guest=ADA, price=500)
        add(booking, "70.00", description="Breakfast")
        add(booking, "0.00", description="Breakfast")
        invoice = issued(booking)
        payment_record(
            property_id=hotel.pk,
            booking_id=booking.pk,
            amount=Decimal(57),
            method="cash",
            by=SYSTEM,
        )
    (shown,) = example(f"listinvoices.{action}").answer
    if action == "list_between_dates":
        with time_machine.travel(datetime(2027, 6, 6, 10, tzinfo=UTC), tick=False):
            invoice_mark_paid(property_id=hotel.pk, invoice_id=invoice.pk, by=SYSTEM)

    found = read(clerk, f"listinvoices/{hotel.pk}{rest.format('2027-06-06')}")

    assert found == [
        shown
        | {"id": invoice.pk, "number": invoice.number, "property_uid": hotel.pk}
        | {"contract_id": booking.pk, "tag": booking.number, "due_date": str(invoice.due_date)}
        | {"guest_id": booking.guest_id, "guest_uid": booking.guest_id}
    ]


def test_newest_first_with_credit_notes(clerk, manager, hotel):
    first, second = issue(hotel), issue(hotel, paid=True)
    note = invoice_cancel(property_id=hotel.pk, invoice_id=first.pk, by=SYSTEM)
    issue(make_hotel(manager))

    found = read(clerk, f"listinvoices/{hotel.pk}")

    assert [(row["id"], row["kind"], row["imgColor"], row["Txtstatus"]) for row in found] == [
        (note.pk, "credit_note", "green", "Paid"),
        (second.pk, "invoice", "green", "Paid"),
        (first.pk, "invoice", "black", "Cancelled"),
    ]
    assert [row["grand_total"] for row in found] == ["0.00", "570.00", "570.00"]


def test_discounts_and_payments_do_not_lower_what_was_charged(clerk, hotel):
    with time_machine.travel(ISSUED, tick=False):
        booking = book(hotel, stay(1, 1), price=250)
        add(booking, "-20.00", description="Discount <b>")
        issued(booking, paid=True)

    (found,) = read(clerk, f"listinvoices/{hotel.pk}")

    assert (found["init_total"], found["grand_total"]) == ("230.00", "250.00")
    assert found["line_items"].endswith("<br>Discount &lt;b&gt;")


def test_amounts_are_those_of_their_own_currency(clerk, hotel):
    PropertySettings.objects.filter(property=hotel).update(currency="JPY")
    invoice = issue(hotel, price=9000)
    PropertySettings.objects.filter(property=hotel).update(currency="EUR")

    (found,) = read(clerk, f"listinvoices/{hotel.pk}")
    (detail,) = read(clerk, f"listinvoices/{hotel.pk}/{invoice.pk}/details")

    assert (found["init_total"], found["currencycode"], found["currency_code"]) == (
        "9000",
        "JPY",
        "JPY",
    )
    assert (detail["INITTOTAL"], detail["AMOUNTS"]["init_total"]) == ("JP¥9,000", "9000")


def test_names_are_for_those_who_may_know_the_guests(client_for, hotel):
    issue(hotel)

    (found,) = read(client_for("invoices_get"), f"listinvoices/{hotel.pk}")

    assert (found["firstname"], found["surname"]) == ("", "")


@pytest.mark.parametrize(
    ("zone", "moment", "issue_date"),
    [
        ("Pacific/Auckland", "2027-06-30T11:59:59", "2027-06-30"),
        ("Pacific/Auckland", "2027-06-30T12:00:00", "2027-07-01"),
        ("Pacific/Honolulu", "2027-07-01T09:59:59", "2027-06-30"),
        ("Pacific/Honolulu", "2027-07-01T10:00:00", "2027-07-01"),
    ],
)
def test_the_propertys_day_of_issue_decides(clerk, hotel, zone, moment, issue_date):
    PropertySettings.objects.filter(property=hotel).update(time_zone=zone)
    when = Stay(day("2027-07-10"), day("2027-07-11"))
    invoice = issue(hotel, moment=datetime.fromisoformat(moment).replace(tzinfo=UTC), when=when)
    both = ("2027-06-30", "2027-07-01")

    found = {one: ids(clerk, f"listinvoices/{hotel.pk}/{one}/{one}") for one in both}

    assert found == {one: [invoice.pk] if one == issue_date else [] for one in both}
    assert ids(clerk, f"listinvoices/{hotel.pk}/{both[0]}/{both[1]}") == [invoice.pk]


def test_a_period_has_its_end_behind_its_start(clerk, hotel):
    path = f"listinvoices/{hotel.pk}/2027-06-02/2027-06-01"

    assert refusal(clerk, path) == (400, "validation_failed", ["end"])
    assert refusal(clerk, f"listinvoices/{hotel.pk}/2027-02-30/2027-06-01")[0] == 400


def test_one_invoice_with_its_lines(clerk, hotel):
    TaxRate.objects.filter(Q(rate=20) | Q(code="01")).delete()
    TaxRate.objects.create(code="01", description="VAT", rate=20)
    with time_machine.travel(ISSUED, tick=False):
        booking = book(hotel, Stay(day("2027-06-07"), day("2027-06-12")), price=570)
        BookingLine.objects.filter(booking=booking).update(
            net=475, tax=95, tax_rate=20, quantity=5, unit=114
        )
        invoice = issued(booking)
        payment_record(
            property_id=hotel.pk,
            booking_id=booking.pk,
            amount=Decimal(57),
            method="cash",
            by=SYSTEM,
        )
    line = invoice.lines.get()

    (found,) = read(clerk, f"listinvoices/{hotel.pk}/{invoice.pk}/details")

    (shown,) = example("listinvoices.get_details").answer
    own = {"ID": line.pk, "LI_INV_ID": invoice.pk}
    assert found == shown | {
        "ID": invoice.pk,
        "NUMBER": invoice.number,
        "DUE": str(invoice.due_date),
        "LINE_ITEMS": [shown["LINE_ITEMS"][0] | own],
    }


def test_one_invoice_in_another_language(clerk, hotel):
    invoice = issue(hotel)

    (found,) = read(clerk, f"listinvoices/{hotel.pk}/{invoice.pk}/details/de")

    assert (found["STATUS_TXT"], found["STATUS_STATES"][3]) == ("Unbezahlt", "3 Teilweise bezahlt")
    assert found["INITTOTAL"] == "570,00\N{NO-BREAK SPACE}€"
    assert read(clerk, f"listinvoices/{hotel.pk}/fr")[0]["Txtstatus"] == "Impayée"


def test_nothing_is_due_of_a_credit_note(clerk, hotel):
    first = issue(hotel)
    booking = first.booking
    take_back(booking.lines.get())
    add(booking, "500.00")
    note = invoice_issue(property_id=hotel.pk, booking_id=booking.pk, by=SYSTEM)

    found = {
        one.pk: read(clerk, f"listinvoices/{hotel.pk}/{one.pk}/details")[0] for one in (first, note)
    }

    assert found[first.pk]["AMOUNTS"]["outstanding_total"] == "500.00"
    assert found[note.pk]["AMOUNTS"] == {
        "init_total": "-70.00",
        "grand_total_inc_tax": "-70.00",
        "grand_total_ex_tax": found[note.pk]["AMOUNTS"]["grand_total_ex_tax"],
        "grand_total_tax": found[note.pk]["AMOUNTS"]["grand_total_tax"],
        "outstanding_total": "0.00",
    }
    assert len(found[note.pk]["LINE_ITEMS"]) == 2


def test_an_invoice_that_there_is_not(clerk, manager, hotel):
    others = issue(make_hotel(manager))

    for unknown in (others.pk, others.pk + 1000, 10**17):
        path = f"listinvoices/{hotel.pk}/{unknown}/details"
        assert refusal(clerk, path)[:2] == (404, "invoice_not_found")


def test_pages_and_statements(clerk, hotel):
    path = f"listinvoices/{hotel.pk}"
    for _ in range(2):
        one = issue(hotel)
    few = statements(clerk, path)
    small, _ = statements(clerk, f"{path}/{one.pk}/details")
    for number in range(18):
        when = Stay(day(f"2027-07-{number + 1:02}"), day(f"2027-07-{number + 2:02}"))
        one = issue(hotel, when=when)
    many = statements(clerk, path)
    large, _ = statements(clerk, f"{path}/{one.pk}/details")

    assert (few[1], many[1]) == (2, 20)
    assert few[0] == many[0] <= 6
    assert small == large <= 6
    for start in (path, f"{path}/2027-06-01/2027-06-30"):
        whole, found, link = ids(clerk, start), [], f"{BASE}{start}?limit=7"
        while link:
            response = clerk.get(link)
            found += next(iter(response.json()["data"].values()))
            link = response.get("Link", "").partition(">")[0].strip("<")
        assert [row["id"] for row in found] == whole == sorted(whole, reverse=True)


def test_no_invoices(clerk, hotel):
    assert read(clerk, f"listinvoices/{hotel.pk}") == []
