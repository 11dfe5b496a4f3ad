"""A visitor's booking ends by itself where its deposit does not come, and no other one does."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bookyflow.availability.models import Occupancy
from bookyflow.billing.payments import payment_record, payment_reverse
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.reservations import lifecycle, tasks
from bookyflow.reservations.amendments.apply import booking_amend
from bookyflow.reservations.amendments.changes import Changes, PriceMode
from bookyflow.reservations.holds import hold_confirm, hold_make
from bookyflow.reservations.models import Booking
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.stay_request import STAFF, VISITOR
from tests.domain.conftest import at_once
from tests.domain.conftest import book as sell
from tests.domain.conftest import stay as nights
from tests.domain.reservations.conftest import GRACE, fresh, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(inn):
    """The inn, asking for a deposit."""
    return settle(
        inn, deposit_kind="percentage", deposit_value=20, business_email="inn@inn.example"
    )


@pytest.fixture
def booking(house, book, stay_request):
    """A visitor's booking of three nights, ten days ahead, that owes 72.00."""
    return book(stay_request, booker=VISITOR)


def pay(booking, by, amount="72.00"):
    return payment_record(
        property_id=booking.property_id,
        booking_id=booking.pk,
        amount=Decimal(amount),
        method="card",
        by=by,
    )


def late():
    """What was to be paid is overdue, and the job has run; how many bookings it ended."""
    Booking.objects.exclude(pay_by=None).update(pay_by=timezone.now() - timedelta(seconds=1))
    return tasks.bookings_expire(timestamp=0)


def state(booking):
    booking.refresh_from_db()
    return booking.state


def test_a_visitors_booking_ends_when_its_deposit_does_not_come(booking):
    assert timedelta(hours=71) < booking.pay_by - timezone.now() <= timedelta(hours=72)
    assert tasks.bookings_expire(timestamp=0) == 0

    assert late() == 1
    assert state(booking) == "cancelled"
    assert booking.cancellation_reason == "The deposit was not paid in time."
    assert (booking.pay_by, booking.total) == (None, 0)
    assert not Occupancy.objects.exists()
    assert late() == 0


def test_a_hold_that_becomes_a_booking_has_to_be_paid_as_well(house, stay_request, by):
    quote = quote_make(prop=house, stay_request=stay_request, booker=VISITOR)
    hold = hold_make(quote=quote, by=by)
    booking = hold_confirm(
        hold_id=hold.pk, property_id=house.pk, guest=GRACE, booker=VISITOR, by=by
    )

    assert booking.pay_by
    assert late() == 1


@pytest.mark.parametrize("amount", ["72.00", "1.00"])
def test_who_has_paid_keeps_the_booking(booking, by, amount):
    pay(booking, by, amount)

    assert late() == 0
    assert state(booking) == ("confirmed" if amount == "72.00" else "provisional")


def test_a_payment_that_is_taken_back_leaves_the_booking_to_staff(booking, by):
    payment = pay(booking, by)
    payment_reverse(property_id=booking.property_id, payment_id=payment.pk, by=by)

    assert late() == 0
    assert state(booking) == "provisional"


@pytest.mark.parametrize(
    "deal",
    [
        lifecycle.booking_keep,
        lambda **place: lifecycle.booking_check_in(**place, override=True),
        lambda **place: booking_amend(**place, changes=Changes(adults=1), price=PriceMode.REPRICED),
        lambda **place: booking_amend(**place, changes=Changes(), price=PriceMode.KEPT),
    ],
    ids=["keep", "check in", "amend", "look through"],
)
def test_what_staff_have_dealt_with_stays(booking, by, deal):
    deal(booking_id=booking.pk, property_id=booking.property_id, by=by)

    assert late() == 0
    assert state(booking) in {"provisional", "checked_in"}


def test_keeping_a_booking_twice_is_once(booking, by):
    for _ in range(2):
        lifecycle.booking_keep(booking_id=booking.pk, property_id=booking.property_id, by=by)

    assert [one.reason for one in booking.history.all()] == ["", "Kept without a deposit."]
    with pytest.raises(DomainError, match="booking_not_found"):
        lifecycle.booking_keep(booking_id=10**9, property_id=booking.property_id, by=by)


def test_where_nothing_is_due_bookings_are_confirmed_and_stay(inn, book, stay_request):
    booking = book(stay_request, booker=VISITOR)

    assert (booking.state, booking.pay_by) == ("confirmed", None)


def test_bookings_of_staff_and_channels_stay(house, book, stay_request, by):
    bookings = [book(stay_request, booker=STAFF), sell(house, nights(10, 3), by=by)]

    assert [(one.state, one.pay_by) for one in bookings] == [("provisional", None)] * 2


def test_an_approved_enquiry_is_staffs_to_end(house, book, stay_request, by):
    prop = settle(house, requires_approval=True)
    booking = book(stay_request, booker=VISITOR, prop=prop)
    lifecycle.booking_approve(booking_id=booking.pk, property_id=prop.pk, by=by)

    assert state(booking) == "provisional"
    assert booking.pay_by is None


def test_it_can_be_switched_off(house, book, stay_request, settings):
    settings.UNPAID_BOOKING_HOURS = 0

    assert book(stay_request, booker=VISITOR).pay_by is None


def test_on_the_day_of_arrival_the_booking_is_left_to_the_desk(booking):
    Booking.objects.update(arrival=fresh(booking.property).settings.today(), pay_by=timezone.now())

    assert late() == 0
    assert state(booking) == "provisional"
    assert booking.pay_by is None
    assert booking.history.last().reason == "Left to the desk: the day of arrival has come."
    told = Event.objects.filter(subject_kind="booking", subject_id=booking.pk).order_by("id")
    assert list(told.values_list("kind", flat=True)) == ["booking_added", "booking_modified"]


def test_guest_and_property_are_told_until_when_and_when_it_ended(
    house, book, stay_request, by, post, time_machine
):
    settle(house, time_zone="Asia/Tokyo")
    now = timezone.now()
    at_half_past_four = now.replace(hour=16, minute=30) + timedelta(days=1)
    time_machine.move_to(at_half_past_four, tick=False)
    booking = book(stay_request, booker=VISITOR)
    until = f"{at_half_past_four + timedelta(days=4):%A, %-d %B %Y}, 01:30 (Asia/Tokyo)"

    lifecycle.booking_keep(
        booking_id=booking.pk, property_id=house.pk, by=by
    )  # told as it was made
    to_guest, to_inn = post("booking_added")
    assert f"The rooms are kept for you until {until}." in to_guest.body
    assert f"is due by {until}, or the booking ends by itself." in to_inn.body


def test_guest_and_property_are_told_of_the_end(booking, post):
    late()
    assert [mail.to for mail in post("booking_cancelled")] == [
        ["grace@guest.example"],
        ["inn@inn.example"],
    ]


def test_a_mail_about_what_stays_names_no_time(inn, book, stay_request, post):
    book(stay_request, booker=VISITOR)

    assert not any("kept for you until" in mail.body for mail in post("booking_added"))


@pytest.mark.parametrize("changes", [{"paid": 1}, {"state": "confirmed"}, {"state": "enquiry"}])
def test_the_database_lets_nothing_else_end_by_itself(booking, changes):
    with pytest.raises(IntegrityError, match="booking_to_be_paid"), transaction.atomic():
        Booking.objects.filter(pk=booking.pk).update(**changes)


@pytest.mark.django_db(transaction=True)
def test_paid_at_the_last_moment_it_stays_or_the_money_is_owed_to_the_guest(booking, by):
    Booking.objects.update(pay_by=timezone.now() - timedelta(seconds=1))

    _, ended = at_once(2, lambda n: tasks.bookings_expire(timestamp=0) if n else pay(booking, by))

    assert state(booking) == ("cancelled" if ended else "confirmed")
    booking.refresh_from_db()
    assert (booking.paid, booking.amount_due()) == (72, -72 if ended else 288)


@pytest.mark.django_db(transaction=True)
def test_paid_after_the_end_the_money_is_owed_to_the_guest(booking, by):
    assert late() == 1

    pay(booking, by)

    booking.refresh_from_db()
    assert (booking.state, booking.paid, booking.amount_due()) == ("cancelled", 72, -72)
