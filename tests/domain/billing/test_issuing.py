from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from bookyflow.billing.addresses import InvoiceAddress
from bookyflow.billing.invoicing import invoice_cancel
from bookyflow.billing.issuing import number_text
from bookyflow.billing.models import Invoice, InvoiceCounter, InvoiceLine
from bookyflow.billing.selectors import (
    invoice_get,
    invoice_list,
    invoice_settlement,
    newest_invoice,
    tax_summary,
)
from bookyflow.core.fields import Sealed
from bookyflow.events.models import Event
from bookyflow.guests.models import Guest
from bookyflow.guests.services import NOBODY, GuestDetails
from bookyflow.privacy.anonymising import guest_anonymise
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.models import Booking, BookingLine, BookingState
from bookyflow.tariffs.models import TaxRate
from tests.conftest import make_hotel
from tests.domain.billing.conftest import add, events, refused, take_back
from tests.domain.conftest import book, stay

pytestmark = pytest.mark.django_db


def test_an_invoice_is_the_unbilled_lines_and_one_event(booking, hotel, issue, by, today):
    invoice = issue()

    assert (invoice.kind, invoice.number, invoice.sequence) == ("invoice", "1001", 1001)
    assert (invoice.net, invoice.tax, invoice.gross) == (
        Decimal("166.67"),
        Decimal("33.33"),
        Decimal("200.00"),
    )
    assert (invoice.currency, invoice.language, invoice.status) == ("EUR", "en-GB", 0)
    assert (invoice.issue_date, invoice.due_date) == (today, today + timedelta(days=14))
    assert invoice.user_id == by.user_id
    line = invoice.lines.get()
    assert (line.position, line.kind, line.description) == (1, "accommodation", "Accommodation")
    assert (line.first_night, line.last_night) == (booking.arrival, stay(3, 2).last_night)
    assert (line.net, line.tax_rate, line.gross) == (
        invoice.net,
        Decimal(20),
        invoice.gross,
    )
    assert booking.lines.get().billed
    event = Event.objects.get()
    assert (event.kind, event.subject_kind, event.subject_id) == (
        "invoice_created",
        "invoice",
        invoice.pk,
    )
    assert event.data == {"invoice_uid": invoice.pk, "contract_uid": booking.pk}


def test_what_is_billed_is_not_billed_again(booking, issue):
    issue()
    assert refused(issue) == "nothing_to_bill"

    add(booking, "12.00")
    further = issue()

    assert (further.kind, further.gross, further.sequence) == ("invoice", Decimal(12), 1002)
    assert refused(issue) == "nothing_to_bill"
    assert events() == ["invoice_created", "invoice_created"]


def test_a_free_stay_has_an_invoice_of_nothing(hotel, issue):
    free = book(hotel, stay(1, 1), price=0)

    invoice = issue(free)

    assert (invoice.gross, invoice.status) == (Decimal(0), 1)
    assert invoice.paid_at


def test_a_discount_is_a_negative_line(booking, issue):
    add(booking, "-20.00", description="Discount", tax_rate=20)

    invoice = issue()

    assert (invoice.kind, invoice.gross) == ("invoice", Decimal(180))
    assert [line.gross for line in invoice.lines.all()] == [Decimal(200), Decimal(-20)]


def test_what_was_taken_back_before_it_was_billed_is_not_billed(booking, issue):
    take_back(booking.lines.get())
    assert refused(issue) == "nothing_to_bill"

    fee = add(booking, "40.00", description="Cancellation fee")

    assert [line.booking_line_id for line in issue().lines.all()] == [fee.pk]
    assert refused(issue) == "nothing_to_bill"


@pytest.mark.parametrize("state", [BookingState.ENQUIRY, BookingState.REJECTED])
def test_what_is_no_contract_is_not_billed(issue, state):
    Booking.objects.update(state=state)
    assert refused(issue) == "booking_state"


def test_a_cancelled_booking_is_billed_for_its_fee(booking, issue):
    Booking.objects.update(state=BookingState.CANCELLED)
    take_back(booking.lines.get())
    add(booking, "40.00", description="Cancellation fee")

    assert issue().gross == Decimal(40)


def test_blocks_and_strange_bookings_are_not_found(hotel, issue, manager, by):
    block = block_create(property_id=hotel.pk, stay=stay(9, 1), by=by)
    strange = Booking(pk=0, property_id=hotel.pk)

    assert refused(issue, block) == refused(issue, strange) == "booking_not_found"


def test_more_taken_back_than_added_is_a_credit_note(booking, issue):
    first = issue()
    take_back(booking.lines.get())
    add(booking, "150.00", description="Fewer nights", tax_rate=20)

    note = issue()

    assert (note.kind, note.corrects_id, note.gross) == ("credit_note", first.pk, Decimal(-50))
    assert (note.status, note.due_date) == (1, note.issue_date)
    first.refresh_from_db()
    assert (first.status, invoice_settlement(first).outstanding) == (3, Decimal(150))
    assert events() == ["invoice_created", "invoice_created", "invoice_updated"]


def test_a_credit_note_of_all_cancels_the_invoices(booking, issue):
    first = issue()
    add(booking, "50.00")
    second = issue()
    for line in list(booking.lines.all()):
        take_back(line)

    note = issue()

    assert (note.gross, note.corrects_id) == (Decimal(-250), second.pk)
    for invoice in (first, second):
        invoice.refresh_from_db()
        assert (invoice.status, invoice.cancelled_by_id) == (2, note.pk)
    told = Event.objects.filter(kind="invoice_cancelled").order_by("id")
    assert [(one.subject_id, one.data["credit_note_uid"]) for one in told] == [
        (second.pk, note.pk),
        (first.pk, note.pk),
    ]


def test_a_credit_note_corrects_the_invoice_whose_line_it_takes_back(booking, issue):
    first = issue()
    add(booking, "250.00")
    second = issue()
    take_back(first.lines.get().booking_line)

    note = issue()

    assert note.corrects_id == first.pk
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (2, 0)


def test_a_discount_given_later_corrects_the_latest_invoice(booking, issue):
    issue()
    add(booking, "10.00")
    latest = issue()
    add(booking, "-5.00", description="Goodwill")

    note = issue()

    assert (note.corrects_id, note.gross) == (latest.pk, Decimal(-5))


def test_yen_and_dinars_are_kept_as_they_are(manager, issue):
    hotel = make_hotel(manager)
    for currency, price, parts in (
        ("JPY", "10001", ("8334", "1667", "10001")),
        ("KWD", "10.005", ("8.338", "1.667", "10.005")),
    ):
        PropertySettings.objects.filter(property=hotel).update(currency=currency)
        invoice = issue(book(hotel, stay(1, 1), price=price))
        assert (invoice.net, invoice.tax, invoice.gross) == tuple(map(Decimal, parts))


def test_the_buyer_and_the_seller_stay_as_they_were(booking, hotel, issue):
    PropertySettings.objects.update(
        business_name="Harbour Ltd", business_town="Falmouth", vat_number="GB123"
    )
    invoice = issue()
    Guest.objects.update(personal=Sealed(surname="Byron"))
    PropertySettings.objects.update(business_name="Sold Ltd")
    invoice.refresh_from_db()

    assert InvoiceAddress.from_text(invoice.buyer).name == "Ada Lovelace"
    seller = InvoiceAddress.from_text(invoice.seller)
    assert (seller.name, seller.town, seller.vat_number) == ("Harbour Ltd", "Falmouth", "GB123")
    with connection.cursor() as cursor:
        cursor.execute("SELECT buyer || seller FROM billing_invoice")
        (raw,) = cursor.fetchone()
    assert "Ada" not in raw
    assert "Harbour" not in raw


def test_a_seller_without_a_business_name_is_the_property(issue, hotel):
    seller = InvoiceAddress.from_text(issue().seller)
    assert (seller.name, seller.town, seller.country) == (hotel.name, "Penryn", "GB")


def test_lines_name_the_tax_that_their_rate_stands_for(booking, issue):
    TaxRate.objects.all().delete()
    TaxRate.objects.create(code="01", description="VAT", rate=20)
    TaxRate.objects.create(code="07", description="Reduced", rate=7)
    TaxRate.objects.create(code="08", description="Also 7", rate=7)
    add(booking, "10.70", tax_rate=7)

    codes = [(line.tax_code, line.tax_description) for line in issue().lines.all()]

    assert codes == [("01", "VAT"), ("", "")]


def test_taxes_are_added_up_by_rate(booking, issue):
    add(booking, "10.70", tax_rate=7)
    add(booking, "5.00")
    add(booking, "12.00", tax_rate=20)

    sums = tax_summary(list(issue().lines.all()))

    assert [(one.rate, one.net, one.tax, one.gross) for one in sums] == [
        (Decimal(20), Decimal("176.67"), Decimal("35.33"), Decimal("212.00")),
        (Decimal(7), Decimal("10.00"), Decimal("0.70"), Decimal("10.70")),
        (Decimal(0), Decimal("5.00"), Decimal(0), Decimal("5.00")),
    ]


@pytest.mark.parametrize(
    ("pattern", "by_pattern", "number"),
    [
        ("{N}", True, "7"),
        ("{Y}/{N}", True, "2027/7"),
        ("R-{D}-{N}", True, "R-20270610-7"),
        ("{Y}-", True, "2027-7"),
        ("{Y}/{N}", False, "7"),
    ],
)
def test_a_number_follows_the_pattern(pattern, by_pattern, number):
    settings = PropertySettings(invoice_pattern=pattern, numbers_invoices_by_pattern=by_pattern)
    assert number_text(settings, 7, date(2027, 6, 10)) == number


def test_the_date_of_issue_is_the_propertys_own(issue, time_machine):
    PropertySettings.objects.update(time_zone="Pacific/Kiritimati", invoice_pattern="{D}/{N}")
    time_machine.move_to("2027-06-10T11:00:00Z")  # there it is the 11th already

    invoice = issue()

    assert (invoice.issue_date, invoice.number) == (date(2027, 6, 11), "20270611/1001")


def test_each_property_counts_for_itself_from_its_first_number(hotel, manager, issue):
    other = make_hotel(manager, name="Other")
    PropertySettings.objects.filter(property=other).update(invoice_first_number=1)

    numbers = [issue(book(prop, stay(day, 1))).number for day in (1, 2) for prop in (hotel, other)]

    assert numbers == ["1001", "1", "1002", "2"]


def test_a_number_that_is_taken_is_refused_and_not_used_up(hotel, issue):
    PropertySettings.objects.update(invoice_pattern="1{N}", invoice_first_number=1)
    issue()  # 11
    InvoiceCounter.objects.update(last=10)
    PropertySettings.objects.update(invoice_pattern="{N}")

    with pytest.raises(IntegrityError, match="invoice_number_once"), transaction.atomic():
        issue(book(hotel, stay(7, 1)))

    assert InvoiceCounter.objects.get().last == 10


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing_invoice SET gross = gross + 1, net = net + 1",
        "UPDATE billing_invoice SET number = 'X', status = 1, paid_at = now()",
        "UPDATE billing_invoice SET buyer = 'X'",
        "UPDATE billing_invoice SET buyer = ''",
        "UPDATE billing_invoice SET departure = departure + 1",
        "UPDATE billing_invoice SET issue_date = issue_date - 1",
        "UPDATE billing_invoiceline SET description = 'X'",
        "DELETE FROM billing_invoiceline",
        "DELETE FROM billing_invoice",
    ],
)
def test_the_database_keeps_what_was_issued(issue, statement):
    invoice = issue()

    with (
        pytest.raises(IntegrityError, match="stays as it is"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert invoice_get(property_id=invoice.property_id, invoice_id=invoice.pk).number == "1001"
    assert InvoiceLine.objects.get().description == "Accommodation"


def test_the_database_lets_the_book_keeping_move(issue):
    invoice = issue()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE billing_invoice SET status = 1, paid_at = now()")

    invoice.refresh_from_db()
    assert invoice.status == 1


def test_a_billed_line_is_on_one_invoice(booking, issue):
    issue()
    BookingLine.objects.update(billed=False)

    with pytest.raises(IntegrityError, match="booking_line_id"), transaction.atomic():
        issue()


def test_invoices_are_listed_by_status_and_date(hotel, booking, issue, pay, manager, today):
    first = issue()
    pay("200")
    second = issue(book(hotel, stay(1, 1)))
    issue(book(make_hotel(manager, name="Other"), stay(1, 1)))

    def found(**wanted):
        return [one.pk for one in invoice_list(property_id=hotel.pk, **wanted)]

    assert found() == [second.pk, first.pk]
    assert found(statuses=[1]) == [first.pk]
    assert found(first=today, last=today) == [second.pk, first.pk]
    assert found(first=today + timedelta(days=1)) == []
    assert found(last=today - timedelta(days=1)) == []
    assert found(booking_id=booking.pk) == [first.pk]


def test_a_list_is_two_queries_however_long(hotel, issue, django_assert_num_queries):
    for day in range(3):
        issue(book(hotel, stay(1 + day, 1), guest=GuestDetails(f"Guest {day}")))

    with django_assert_num_queries(2):
        texts = [
            (one.booking.booked_for().surname, [line.description for line in one.lines.all()])
            for one in invoice_list(property_id=hotel.pk)
        ]
    assert len(texts) == 3


def test_the_invoice_of_a_booking_is_the_newest_that_stands(hotel, booking, issue, by):
    first = issue()
    other = issue(book(hotel, stay(1, 1)))
    add(booking, "10.00")
    second = issue()

    def ids():
        found = [newest_invoice(booking_id=pk).first() for pk in (booking.pk, other.booking_id, 0)]
        return {one.booking_id: one.pk for one in found if one}

    assert ids() == {booking.pk: second.pk, other.booking_id: other.pk}
    invoice_cancel(property_id=hotel.pk, invoice_id=second.pk, by=by)
    assert ids()[booking.pk] == first.pk
    invoice_cancel(property_id=hotel.pk, invoice_id=first.pk, by=by)
    assert ids()[booking.pk] == second.pk


def test_an_invoice_of_another_property_is_not_found(issue, manager):
    invoice = issue()
    other = make_hotel(manager, name="Other")

    assert refused(invoice_get, property_id=other.pk, invoice_id=invoice.pk) == "invoice_not_found"


def test_issuing_takes_few_statements(booking, issue, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):  # with the savepoints of the test
        issue()
    assert Invoice.objects.count() == 1


@pytest.mark.parametrize("amount", ["0.00", "5.00"])
def test_the_database_lets_nobody_add_to_what_was_issued(booking, issue, amount):
    invoice = issue()
    further = add(booking, amount)

    with pytest.raises(IntegrityError, match="do not add up"), transaction.atomic():
        InvoiceLine.objects.create(
            invoice=invoice,
            booking_line=further,
            position=2,
            kind="service",
            description="Sauna",
            quantity=1,
            unit=amount,
            net=amount,
            tax_rate=0,
            tax=0,
            gross=amount,
        )


def test_a_credit_note_has_the_parties_of_its_invoice(booking, hotel, issue, by):
    TaxRate.objects.all().delete()
    TaxRate.objects.create(code="01", description="VAT", rate=20)
    invoice = issue()
    PropertySettings.objects.update(business_name="Sold Ltd", language="de-DE")
    TaxRate.objects.create(code="02", description="Other", rate=20)
    Booking.objects.update(state=BookingState.CHECKED_OUT)
    guest_anonymise(guest_id=booking.guest_id, property_id=hotel.pk, by=by)

    note = invoice_cancel(property_id=hotel.pk, invoice_id=invoice.pk, by=by)
    again = issue()

    for name in ("buyer", "seller", "language"):
        assert getattr(note, name) == getattr(invoice, name)
    line = note.lines.get()
    assert (line.tax_code, line.tax_description) == ("01", "VAT")
    assert InvoiceAddress.from_text(again.buyer).name == NOBODY
    assert InvoiceAddress.from_text(again.seller).name == "Sold Ltd"
    assert again.lines.get().tax_code == ""


def test_the_days_of_the_stay_are_those_at_issue(booking, issue):
    Booking.objects.update(departs_on=booking.departure - timedelta(days=1))
    booking.refresh_from_db()

    invoice = issue()
    Booking.objects.update(arrival=booking.arrival - timedelta(days=1))
    invoice.refresh_from_db()

    # Where whole days are let the guest leaves on the last of them.
    assert (invoice.arrival, invoice.departure) == (
        booking.arrival,
        booking.departure - timedelta(days=1),
    )
