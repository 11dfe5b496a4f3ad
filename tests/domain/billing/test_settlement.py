from __future__ import annotations

from decimal import Decimal

import pytest
from django.db.models import Sum

from bookyflow.billing.invoicing import invoice_cancel, invoice_mark_paid, invoice_mark_unpaid
from bookyflow.billing.models import Invoice, InvoiceKind, InvoiceStatus, Payment
from bookyflow.billing.payments import deposit_save, payment_refund, payment_reverse
from bookyflow.billing.selectors import invoice_settlement, invoice_settlements
from bookyflow.events.models import Event
from bookyflow.reservations.models import Booking, BookingLine
from tests.conftest import make_hotel
from tests.domain.billing.conftest import add, events, refused, take_back
from tests.domain.conftest import book, stay

pytestmark = pytest.mark.django_db

UNPAID, PAID, CANCELLED, PENDING = (
    InvoiceStatus.UNPAID,
    InvoiceStatus.PAID,
    InvoiceStatus.CANCELLED,
    InvoiceStatus.PENDING,
)


@pytest.fixture
def on(hotel, by):
    """Call a service on an invoice of the hotel."""

    def call(service, invoice, **facts):
        return service(property_id=hotel.pk, invoice_id=invoice.pk, by=by, **facts)

    return call


def status(invoice) -> int:
    invoice.refresh_from_db()
    return invoice.status


def account(booking) -> tuple[Decimal, Decimal]:
    """Total and paid; the total is always the sum of the lines, the paid of the entries.

    What was billed, credited and is not billed yet adds up to the total, too.
    """
    booking.refresh_from_db()
    lines = booking.lines.aggregate(sum=Sum("gross"))["sum"]
    unbilled = booking.lines.filter(billed=False).aggregate(sum=Sum("gross"))["sum"] or 0
    issued = booking.invoices.aggregate(sum=Sum("gross"))["sum"] or 0
    entries = booking.payments.aggregate(sum=Sum("amount"))["sum"] or 0
    assert booking.total == lines == issued + unbilled
    assert booking.paid == entries
    return booking.total, booking.paid


def test_payments_pay_the_oldest_invoice_first(booking, issue, pay):
    first = issue()
    add(booking, "50.00")
    second = issue()

    pay("120")
    assert (status(first), status(second)) == (PENDING, UNPAID)
    assert first.paid_at is None
    pay("100")
    assert (status(first), status(second)) == (PAID, PENDING)
    assert first.paid_at
    assert [(one.paid, one.outstanding) for one in invoice_settlements(second.booking)] == [
        (Decimal(200), Decimal(0)),
        (Decimal(20), Decimal(30)),
    ]
    pay("30")
    assert (status(first), status(second)) == (PAID, PAID)


def test_each_invoice_whose_status_moves_has_its_event(booking, hotel, issue, pay, by):
    first = issue()
    add(booking, "50.00")
    second = issue()
    Event.objects.all().delete()

    def told():
        found = list(Event.objects.order_by("id").values_list("kind", "subject_kind", "subject_id"))
        Event.objects.all().delete()
        return found

    def updated(*invoices):
        return [("invoice_updated", "invoice", one.pk) for one in invoices]

    def money(kind):
        return (kind, "booking", booking.pk)

    pay("120")
    assert told() == [money("payment_received"), *updated(first)]
    pay("10")  # the first is pending still
    assert told() == [money("payment_received")]
    payment = pay("100")
    assert told() == [money("payment_received"), *updated(first, second)]
    payment_reverse(property_id=hotel.pk, payment_id=payment.pk, by=by)
    assert told() == [money("payment_reversed"), *updated(first, second)]


def test_credit_that_pays_another_invoice_tells_of_it(booking, issue, on):
    first = issue()
    add(booking, "150.00")
    second = issue()
    on(invoice_mark_paid, first)
    Event.objects.all().delete()

    note = on(invoice_cancel, first)  # what was paid for it pays the other one now

    assert status(second) == PAID
    assert list(Event.objects.order_by("id").values_list("kind", "subject_id")) == [
        ("invoice_created", note.pk),
        ("invoice_cancelled", first.pk),
        ("invoice_updated", second.pk),
    ]


def test_what_was_paid_before_counts_at_issue(issue, pay):
    pay("200")
    assert issue().status == PAID


def test_a_refund_or_a_payment_taken_back_opens_an_invoice_again(booking, hotel, issue, pay, by):
    invoice = issue()
    payment = pay("150")
    pay("50")
    facts = {"property_id": hotel.pk, "by": by}

    refund = payment_refund(booking_id=booking.pk, amount=Decimal(10), method="cash", **facts)
    assert (status(invoice), invoice.paid_at) == (PENDING, None)
    payment_reverse(payment_id=refund.pk, **facts)
    assert status(invoice) == PAID
    payment_reverse(payment_id=payment.pk, **facts)
    assert status(invoice) == PENDING
    assert account(booking) == (Decimal(200), Decimal(50))


def test_a_saved_deposit_pays_a_part(booking, hotel, issue, by):
    Booking.objects.update(deposit_required=60)
    invoice = issue()
    facts = {"property_id": hotel.pk, "booking_id": booking.pk, "reference": "D", "by": by}

    assert deposit_save(**facts).amount == 60
    assert status(invoice) == PENDING
    assert deposit_save(**facts) is None
    assert events() == ["invoice_created", "deposit_saved", "invoice_updated"]


def test_marked_paid_is_a_payment_of_what_is_missing(booking, issue, pay, on):
    invoice = issue()
    pay("50")

    marked = on(invoice_mark_paid, invoice, method="card", reference="T-1")

    assert (marked.status, account(booking)) == (PAID, (Decimal(200), Decimal(200)))
    payment = Payment.objects.last()
    assert (payment.amount, payment.method, payment.reference) == (Decimal(150), "card", "T-1")
    assert events()[3:] == ["payment_received", "invoice_updated"]
    received, updated = Event.objects.order_by("id")[3:]
    assert received.data == {"contract_uid": booking.pk, "payment_uid": payment.pk}
    assert updated.data == {"invoice_uid": invoice.pk, "contract_uid": booking.pk}
    on(invoice_mark_paid, invoice)
    assert (len(events()), Payment.objects.count()) == (5, 2)


def test_a_later_invoice_is_paid_with_the_older_ones(booking, issue, on):
    first = issue()
    add(booking, "50.00")
    second = issue()

    on(invoice_mark_paid, second)

    assert (status(first), status(second)) == (PAID, PAID)
    assert account(booking)[1] == Decimal(250)


def test_more_than_is_owed_is_not_marked_paid(booking, issue, on):
    invoice = issue()
    take_back(booking.lines.get())

    assert refused(on, invoice_mark_paid, invoice) == "payment_exceeds_balance"


def test_marked_unpaid_takes_the_newest_payments_back(booking, issue, pay, on):
    invoice = issue()
    pay("50")
    on(invoice_mark_paid, invoice)

    marked = on(invoice_mark_unpaid, invoice, reference="bounced")

    assert (marked.status, account(booking)) == (PENDING, (Decimal(200), Decimal(50)))
    assert Payment.objects.count() == 3
    reversal = Payment.objects.last()
    assert (reversal.kind, reversal.amount, reversal.reference) == (
        "reversal",
        Decimal(-150),
        "bounced",
    )
    assert events()[5:] == ["payment_reversed", "invoice_updated"]
    on(invoice_mark_unpaid, invoice)
    assert len(events()) == 7


def test_an_older_invoice_marked_unpaid_opens_the_newer_ones(booking, issue, pay, on):
    first = issue()
    pay("200")
    add(booking, "50.00")
    second = issue()
    pay("50")

    on(invoice_mark_unpaid, first)

    assert (status(first), status(second)) == (UNPAID, UNPAID)
    told = Event.objects.filter(kind="payment_reversed").order_by("id")
    assert [one.data["payment_uid"] for one in told] == list(
        Payment.objects.filter(kind="reversal").values_list("pk", flat=True)
    )
    assert events()[-2:] == ["invoice_updated", "invoice_updated"]


def test_what_no_payment_has_paid_is_not_marked_unpaid(hotel, issue, on, by):
    free = issue(book(hotel, stay(1, 1), price=0))
    assert refused(on, invoice_mark_unpaid, free) == "invoice_state"


def test_money_given_back_is_not_taken_back_again(booking, hotel, issue, pay, on, by):
    issue()
    pay("200")
    line = booking.lines.get()
    take_back(line)
    add(booking, "150.00")
    issue()
    payment_refund(
        property_id=hotel.pk, booking_id=booking.pk, amount=Decimal(50), method="cash", by=by
    )
    first = Invoice.objects.get(kind=InvoiceKind.INVOICE)

    assert status(first) == PAID
    assert refused(on, invoice_mark_unpaid, first) == "refund_exceeds_paid"


def test_credit_pays_the_oldest_and_what_is_over_is_owed_to_the_guest(booking, issue, pay):
    first = issue()
    pay("200")
    take_back(booking.lines.get())
    add(booking, "150.00")
    issue()

    assert status(first) == PAID
    booking.refresh_from_db()
    assert booking.total - booking.paid == Decimal(-50)
    add(booking, "80.00")
    further = issue()
    assert (further.status, invoice_settlement(further).outstanding) == (PENDING, Decimal(30))


def test_a_cancelled_invoice_is_credited_and_its_lines_are_there_anew(booking, issue, pay, on):
    sauna = add(booking, "12.00", tax_rate=20)
    invoice = issue()
    pay("100")

    note = on(invoice_cancel, invoice)

    assert (note.kind, note.gross, note.corrects_id) == ("credit_note", Decimal(-212), invoice.pk)
    assert (note.net, note.tax) == (-invoice.net, -invoice.tax)
    assert (status(invoice), invoice.cancelled_by_id) == (CANCELLED, note.pk)
    assert account(booking) == (Decimal(212), Decimal(100))
    counter = sauna.reversed_by
    assert (counter.billed, counter.gross, counter.kind) == (True, Decimal(-12), "service")
    assert [line.booking_line.reverses_id for line in note.lines.all()] == [
        line.booking_line_id for line in invoice.lines.all()
    ]
    anew = list(booking.lines.filter(billed=False))
    assert [(one.description, one.gross, one.reverses_id) for one in anew] == [
        ("Accommodation", Decimal(200), None),
        ("Sauna", Decimal(12), None),
    ]
    assert events()[3:] == ["invoice_created", "invoice_cancelled"]
    assert Event.objects.last().data["credit_note_uid"] == note.pk

    again = issue()
    assert (again.gross, again.status, again.sequence) == (Decimal(212), PENDING, 1003)


def test_cancelling_twice_gives_the_same_credit_note(issue, on):
    invoice = issue()

    assert on(invoice_cancel, invoice) == on(invoice_cancel, invoice)
    assert events() == ["invoice_created", "invoice_created", "invoice_cancelled"]


def test_a_free_stay_is_cancelled_with_a_credit_note_of_nothing(hotel, issue, on):
    free = book(hotel, stay(1, 1), price=0)
    note = on(invoice_cancel, issue(free))

    assert (note.kind, note.gross) == ("credit_note", Decimal(0))
    assert account(free) == (Decimal(0), Decimal(0))


def test_a_line_that_is_taken_back_but_not_billed_is_credited_by_that(booking, issue, on):
    invoice = issue()
    counter = take_back(booking.lines.get())
    add(booking, "150.00")

    note = on(invoice_cancel, invoice)

    counter.refresh_from_db()
    assert counter.billed
    assert note.lines.get().booking_line_id == counter.pk
    assert account(booking)[0] == Decimal(150)
    assert issue().gross == Decimal(150)


def test_an_invoice_that_takes_back_and_adds_is_cancelled_as_well(booking, issue, on):
    first = issue()
    original = booking.lines.get()
    take_back(original)
    add(booking, "230.00")
    second = issue()  # 30 more

    note = on(invoice_cancel, second)

    assert (note.gross, account(booking)[0]) == (Decimal(-30), Decimal(230))
    assert (status(first), status(second)) == (UNPAID, CANCELLED)
    # Nothing that counts has a counter-line, and what has one is answered to the last.
    live = BookingLine.objects.filter(booking=booking, reverses=None, reversed_by=None)
    assert [line.gross for line in live] == [Decimal(230)]
    again = issue()
    assert (again.kind, again.gross) == ("invoice", Decimal(30))
    assert account(booking)[0] == Decimal(230)


def test_what_was_credited_in_part_is_not_cancelled(booking, issue, on):
    add(booking, "12.00")
    invoice = issue()
    take_back(booking.lines.last())
    issue()

    assert refused(on, invoice_cancel, invoice) == "invoice_state"


def test_credit_notes_and_cancelled_invoices_stand(issue, on):
    invoice = issue()
    note = on(invoice_cancel, invoice)

    assert refused(on, invoice_cancel, note) == "invoice_state"
    for service in (invoice_mark_paid, invoice_mark_unpaid):
        assert refused(on, service, note) == "invoice_state"
        assert refused(on, service, invoice) == "invoice_state"
    assert invoice_settlement(note) is None


def test_invoices_of_others_are_not_found(issue, manager, by):
    invoice = issue()
    other = make_hotel(manager, name="Other")

    for service in (invoice_cancel, invoice_mark_paid, invoice_mark_unpaid):
        facts = {"property_id": other.pk, "invoice_id": invoice.pk, "by": by}
        assert refused(service, **facts) == "invoice_not_found"
