from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from bookyflow.billing.models import Payment
from bookyflow.billing.payments import (
    deposit_save,
    payment_record,
    payment_refund,
    payment_reverse,
)
from bookyflow.billing.selectors import balance, balances, payment_list
from bookyflow.channels.reservations import reservations_add
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.lifecycle import booking_cancel, booking_no_show
from bookyflow.reservations.models import ENDED, Booking, BookingState
from tests.conftest import make_hotel
from tests.domain.conftest import at_once, book, remote, stay

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(hotel):
    """Provisional: 200.00 in all, 60.00 of it due in advance."""
    made = book(hotel, stay(3, 2), price="200.00")
    Booking.objects.update(deposit_required=60)
    Event.objects.all().delete()
    made.refresh_from_db()
    return made


@pytest.fixture
def pay(booking, by):
    def record(amount, **changes):
        facts = {
            "property_id": booking.property_id,
            "booking_id": booking.pk,
            "amount": Decimal(amount),
            "method": "cash",
            "by": by,
        }
        return payment_record(**facts | changes)

    return record


@pytest.fixture
def refund(booking, by):
    def record(amount, **changes):
        facts = {
            "property_id": booking.property_id,
            "booking_id": booking.pk,
            "amount": Decimal(amount),
            "method": "cash",
            "by": by,
        }
        return payment_refund(**facts | changes)

    return record


def refused(work, *args, **kwargs) -> DomainError:
    with pytest.raises(DomainError) as caught, transaction.atomic():
        work(*args, **kwargs)
    return caught.value


def events():
    return list(Event.objects.order_by("id").values_list("kind", flat=True))


def settled(booking) -> tuple[Decimal, str]:
    """What is paid, which is always the sum of the entries, and the state."""
    booking.refresh_from_db()
    total = Payment.objects.filter(booking=booking).aggregate(sum=Sum("amount"))["sum"] or 0
    assert booking.paid == total
    return booking.paid, booking.state


def test_a_payment_is_an_entry_and_one_event(booking, pay, by):
    payment = pay("50.00", reference="R-1", method="card")

    assert settled(booking) == (Decimal(50), BookingState.PROVISIONAL)
    assert (payment.amount, payment.currency, payment.kind) == (Decimal(50), "EUR", "payment")
    assert (payment.reference, payment.method, payment.user_id) == ("R-1", "card", by.user_id)
    assert booking.version == 2
    assert balance(booking) == Decimal(150)
    event = Event.objects.get()
    assert (event.kind, event.subject_kind, event.subject_id) == (
        "payment_received",
        "booking",
        booking.pk,
    )
    assert event.data == {"contract_uid": booking.pk, "payment_uid": payment.pk}


def test_a_complete_deposit_confirms(booking, pay):
    pay("59.99")
    assert settled(booking)[1] == BookingState.PROVISIONAL

    pay("0.01")

    assert settled(booking) == (Decimal(60), BookingState.CONFIRMED)
    step = booking.history.last()
    assert (step.from_state, step.to_state) == ("provisional", "confirmed")
    assert events() == ["payment_received", "payment_received"]


def test_a_deposit_taken_back_makes_provisional_again(booking, pay, by):
    payment = pay("60")
    pay("10")

    payment_reverse(property_id=booking.property_id, payment_id=payment.pk, by=by)

    assert settled(booking) == (Decimal(10), BookingState.PROVISIONAL)
    step = booking.history.last()
    assert (step.from_state, step.to_state) == ("confirmed", "provisional")
    assert events()[-1] == "payment_reversed"


def test_a_guest_who_has_arrived_stays_arrived(booking, pay):
    Booking.objects.update(state=BookingState.CHECKED_IN)

    pay("200")

    assert settled(booking) == (Decimal(200), BookingState.CHECKED_IN)


def test_what_is_paid_beyond_the_total_is_owed_to_the_guest(booking, pay, refund):
    pay("150")
    pay("60")

    booking.refresh_from_db()
    assert (booking.paid, booking.amount_due()) == (210, -10)
    refund("10")
    booking.refresh_from_db()
    assert booking.amount_due() == 0


@pytest.mark.parametrize("end", [booking_cancel, booking_no_show])
def test_what_comes_after_the_end_is_owed_to_the_guest(booking, pay, refund, by, end):
    Booking.objects.update(arrival=booking.property.settings.today())
    end(booking_id=booking.pk, property_id=booking.property_id, by=by)
    pay("200")

    booking.refresh_from_db()
    assert (booking.state in ENDED, booking.amount_due()) == (True, -200)
    refund("200")
    assert settled(booking)[0] == 0


def test_no_more_than_can_be_kept_is_paid(booking, pay):
    for _ in range(9):
        pay("10000000000")

    error = refused(pay, "10000000000")

    assert (error.key, list(error.fields)) == ("validation_failed", ["amount"])


def test_what_comes_after_a_rejection_is_owed_to_the_guest(booking, pay):
    Booking.objects.update(state=BookingState.REJECTED, total=0)

    pay("20")

    assert settled(booking) == (Decimal(20), BookingState.REJECTED)


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity", "1e12", "1.001"])
def test_an_amount_must_be_one(booking, pay, refund, amount):
    for work in (pay, refund):
        error = refused(work, amount)
        assert (error.key, list(error.fields)) == ("validation_failed", ["amount"])
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    ("currency", "price", "finer", "fits"),
    [("JPY", "1000", "0.5", "500"), ("KWD", "10.005", "0.0005", "0.005")],
)
def test_amounts_have_the_exponent_of_the_currency(manager, by, currency, price, finer, fits):
    hotel = make_hotel(manager)
    hotel.settings.currency = currency
    hotel.settings.save()
    made = book(hotel, stay(1, 1), price=price)
    facts = {"property_id": hotel.pk, "booking_id": made.pk, "method": "cash", "by": by}

    assert refused(payment_record, amount=Decimal(finer), **facts).key == "validation_failed"
    payment = payment_record(amount=Decimal(fits), **facts)

    assert (payment.amount, payment.currency) == (Decimal(fits), currency)
    assert settled(made)[0] == Decimal(fits)


def test_an_unknown_method_is_refused(pay):
    error = refused(pay, "1", method="shells")
    assert (error.key, list(error.fields)) == ("validation_failed", ["method"])


def test_a_reference_is_a_short_text(pay, refund):
    pay("1", reference="x" * 255)
    for work in (pay, refund):
        error = refused(work, "1", reference="x" * 256)
        assert (error.key, list(error.fields)) == ("validation_failed", ["reference"])


def test_an_enquiry_is_not_paid_before_it_is_approved(pay):
    Booking.objects.update(state=BookingState.ENQUIRY)
    assert refused(pay, "1").key == "booking_state"


def test_a_cancelled_booking_is_paid_and_stays_cancelled(booking, pay, by):
    booking_cancel(booking_id=booking.pk, property_id=booking.property_id, by=by)
    Booking.objects.update(total=60)  # a fee

    pay("60")

    assert settled(booking) == (Decimal(60), BookingState.CANCELLED)


def test_blocks_and_other_properties_have_nothing_to_pay(hotel, booking, pay, manager, by):
    block = block_create(property_id=hotel.pk, stay=stay(9, 1), by=by)
    other = make_hotel(manager, name="Other")

    assert refused(pay, "1", booking_id=block.pk).key == "booking_not_found"
    assert refused(pay, "1", property_id=other.pk).key == "booking_not_found"
    assert refused(pay, "1", property_id=0).key == "property_not_found"


def test_a_payment_is_taken_back_once(booking, pay, by):
    payment = pay("50")
    facts = {"property_id": booking.property_id, "by": by}

    reversal = payment_reverse(payment_id=payment.pk, reference="typing error", **facts)

    assert (reversal.kind, reversal.amount, reversal.reverses_id) == (
        "reversal",
        Decimal(-50),
        payment.pk,
    )
    assert settled(booking)[0] == 0
    assert (
        refused(payment_reverse, payment_id=payment.pk, **facts).key == "payment_already_reversed"
    )
    again = refused(payment_reverse, payment_id=reversal.pk, **facts)
    assert again.key == "payment_already_reversed"
    assert [entry.reversal_id for entry in payment_list(booking_id=booking.pk)] == [
        reversal.pk,
        None,
    ]


def test_a_payment_of_another_property_is_not_found(pay, manager, by):
    payment = pay("50")
    other = make_hotel(manager, name="Other")

    error = refused(payment_reverse, property_id=other.pk, payment_id=payment.pk, by=by)
    assert error.key == "payment_not_found"


def test_no_more_is_given_back_than_came_in(booking, pay, refund, by):
    payment = pay("50")
    given = refund("20", reference="goodwill")

    assert (given.kind, given.amount) == ("refund", Decimal(-20))
    assert settled(booking)[0] == Decimal(30)
    assert refused(refund, "30.01").key == "refund_exceeds_paid"
    error = refused(payment_reverse, property_id=booking.property_id, payment_id=payment.pk, by=by)
    assert error.key == "refund_exceeds_paid"
    assert events() == ["payment_received", "payment_reversed"]


def test_a_refund_entered_in_error_is_taken_back(booking, pay, refund, by):
    pay("50")
    given = refund("20")

    reversal = payment_reverse(property_id=booking.property_id, payment_id=given.pk, by=by)

    assert reversal.amount == Decimal(20)
    assert settled(booking)[0] == Decimal(50)


def test_a_saved_deposit_is_what_is_missing_of_it(booking, pay, by):
    pay("10")
    facts = {"property_id": booking.property_id, "booking_id": booking.pk, "by": by}

    payment = deposit_save(reference="D-7", **facts)

    assert (payment.amount, payment.reference) == (Decimal(50), "D-7")
    assert settled(booking) == (Decimal(60), BookingState.CONFIRMED)
    assert deposit_save(reference="D-7", **facts) is None
    assert events() == ["payment_received", "deposit_saved"]


def test_balances_are_of_bookings_that_are_not_even(hotel, booking, pay):
    even, refused_one = book(hotel, stay(1, 1)), book(hotel, stay(2, 1))
    Booking.objects.filter(pk=even.pk).update(paid=100)
    Booking.objects.filter(pk=refused_one.pk).update(state=BookingState.REJECTED, total=0)
    pay("50")

    (found,) = balances(property_id=hotel.pk)

    assert (found.pk, found.balance) == (booking.pk, Decimal(150))


def test_what_a_channel_was_paid_is_an_entry(hotel, linked, reach, by):
    reservation = remote("R-9", hotel, stay(1, 2), already_paid=Decimal(80))

    (outcome,) = reservations_add(
        reservations=[reservation],
        channel_id=linked.pk,
        reach=reach,
        by=by,
    )

    (booking,) = outcome.bookings
    payment = booking.payments.get()
    assert (payment.amount, payment.method, payment.reference) == (Decimal(80), "channel", "R-9")
    assert settled(booking) == (Decimal(80), BookingState.CONFIRMED)
    assert not [kind for kind in events() if "payment" in kind or "deposit" in kind]


def test_a_channels_booking_without_payment_has_no_entry(hotel, linked, reach, by):
    reservations_add(
        reservations=[remote("R-10", hotel, stay(1, 2))], channel_id=linked.pk, reach=reach, by=by
    )

    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing_payment SET amount = amount + 1",
        "UPDATE billing_payment SET reference = 'other'",
        "DELETE FROM billing_payment",
    ],
)
def test_the_database_keeps_entries_as_they_are(pay, statement):
    pay("50")

    with (
        pytest.raises(IntegrityError, match="stays as it is"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Payment.objects.get().amount == Decimal(50)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"amount": 0}, "payment_amount_not_zero"),
        ({"amount": -5}, "payment_sign_of_its_kind"),
        ({"kind": "refund"}, "payment_sign_of_its_kind"),
        ({"kind": "reversal", "amount": -50}, "payment_reversal_names_one"),
        ({"method": "shells"}, "payment_method_known"),
    ],
)
def test_the_database_refuses_entries_that_make_no_sense(booking, changes, constraint):
    facts = {"amount": 50, "kind": "payment", "method": "cash", "currency": "EUR"} | changes

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Payment.objects.create(property_id=booking.property_id, booking=booking, **facts)


def test_the_database_refuses_a_reversal_that_mirrors_nothing(booking, hotel, pay):
    payment = pay("50")
    other = book(hotel, stay(7, 1))

    for belongs_to, amount in ((booking, -49), (other, -50)):
        with pytest.raises(IntegrityError, match="payment_reversal_mirrors"), transaction.atomic():
            Payment.objects.create(
                property=hotel,
                booking=belongs_to,
                amount=amount,
                kind="reversal",
                method="cash",
                currency="EUR",
                reverses=payment,
            )


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Threads with connections of their own."""

    def test_none_of_many_payments_is_lost(self, booking, pay):
        results = at_once(8, lambda _: pay("60"))

        assert settled(booking)[0] == Decimal(480)
        assert not [one for one in results if isinstance(one, Exception)]

    def test_one_of_many_takes_a_payment_back(self, booking, pay, by):
        payment = pay("60")

        results = at_once(
            6,
            lambda _: payment_reverse(
                property_id=booking.property_id, payment_id=payment.pk, by=by
            ),
        )

        assert settled(booking) == (Decimal(0), BookingState.PROVISIONAL)
        keys = [one.key for one in results if isinstance(one, DomainError)]
        assert keys == ["payment_already_reversed"] * 5

    def test_a_payment_and_a_cancellation(self, hotel, by):
        for n in range(5):
            booking = book(hotel, stay(1 + n, 1), price="60")
            facts = {"property_id": hotel.pk, "booking_id": booking.pk, "by": by}
            Booking.objects.filter(pk=booking.pk).update(deposit_required=60)

            def work(turn, facts=facts):
                if turn:
                    return booking_cancel(**facts)
                return payment_record(amount=Decimal(60), method="card", **facts)

            results = at_once(2, work)

            assert not [one for one in results if isinstance(one, Exception)]
            assert settled(booking) == (60, BookingState.CANCELLED)
