"""Until when a deposit has to come: counted from when it became due, for our own guests only."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from bookyflow.accounts.site import site_settings_save
from bookyflow.billing.payments import payment_record, payment_refund, payment_reverse
from bookyflow.core.acting import SYSTEM, Actor
from bookyflow.reservations import lifecycle, tasks
from bookyflow.reservations.amendments.apply import booking_amend
from bookyflow.reservations.amendments.changes import Changes, PriceMode
from bookyflow.reservations.folio_charges import service_add
from bookyflow.reservations.models import Booking
from bookyflow.reservations.stay_request import VISITOR
from tests.domain.conftest import book as book_at_a_price
from tests.domain.conftest import stay
from tests.domain.reservations.conftest import settle

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def house(inn):
    """The inn, which asks for a fifth in advance, on a site that waits three days for it."""
    ended = {"cancels_unpaid": True, "cancels_unpaid_after_days": 3}
    reminded = {"reminds_of_payment": True, "reminds_of_payment_days": 30}
    site_settings_save(values=ended | reminded, by=SYSTEM)
    return settle(inn, deposit_kind="percentage", deposit_value=20)


def age(*names):
    """As if so much of the bookings had been ten days ago."""
    Booking.objects.update(**dict.fromkeys(names, timezone.now() - 10 * DAY))


def ended() -> bool:
    """Whether the job of the night ends the only booking."""
    done = tasks.bookings_unpaid(timestamp=0)
    booking = Booking.objects.get()
    assert (booking.state == "cancelled") == bool(done)
    return bool(done)


def pay(booking, by, amount=72):
    return payment_record(
        property_id=booking.property_id,
        booking_id=booking.pk,
        amount=Decimal(amount),
        method="cash",
        by=by,
    )


def amend(booking, by, *, price=PriceMode.REPRICED, **changes):
    return booking_amend(
        booking_id=booking.pk,
        property_id=booking.property_id,
        changes=Changes(**changes),
        price=price,
        by=by,
    )


def test_from_the_day_of_arrival_on_an_unpaid_stay_is_for_the_desk(house, book, stay_request):
    book(stay_request)
    age("created_at", "payment_due_since")
    arrival = datetime.combine(stay_request.arrival, time(), tzinfo=UTC)

    with time_machine.travel(arrival, tick=False):
        assert not ended()
    with time_machine.travel(arrival + 40 * DAY, tick=False):
        assert not ended()
    with time_machine.travel(arrival - timedelta(seconds=1), tick=False):
        assert ended()


def test_what_a_channel_has_sold_is_not_ended(house, channel):
    booking = book_at_a_price(
        house, stay(20, 2), by=Actor(user_id=channel.user_id, channel_id=channel.pk)
    )
    assert (booking.state, booking.paid) == ("provisional", 0)
    age("created_at")

    assert not ended()


def test_guests_of_channels_are_not_reminded_either(house, channel, by):
    booking = book_at_a_price(
        house, stay(20, 2), by=Actor(user_id=channel.user_id, channel_id=channel.pk)
    )
    payment_reverse(property_id=house.pk, payment_id=pay(booking, by).pk, by=by)

    assert tasks.payment_reminders(timestamp=0) == 0
    assert Booking.objects.get().payment_due_since is None


def test_after_an_approval_the_guest_has_the_whole_time(house, book, stay_request, by):
    booking = book(stay_request, booker=VISITOR, prop=settle(house, requires_approval=True))
    age("created_at")
    lifecycle.booking_approve(booking_id=booking.pk, property_id=house.pk, by=by)

    assert not ended()
    age("payment_due_since")
    assert ended()


def test_after_a_payment_was_taken_back_the_guest_has_the_whole_time(house, book, stay_request, by):
    booking = book(stay_request)
    payment = pay(booking, by)
    age("created_at")

    payment_reverse(property_id=house.pk, payment_id=payment.pk, by=by)

    assert Booking.objects.get().state == "provisional"
    assert not ended()
    age("payment_due_since")
    assert ended()


def test_after_a_part_was_given_back_the_guest_has_the_whole_time(house, book, stay_request, by):
    booking = book(stay_request)
    pay(booking, by, 20)
    age("created_at", "payment_due_since")

    payment_refund(
        property_id=house.pk, booking_id=booking.pk, amount=Decimal(20), method="cash", by=by
    )

    assert not ended()


def test_a_deposit_that_comes_with_a_change_is_due_from_then_on(inn, house, book, stay_request, by):
    settle(inn, deposit_kind="none")
    booking = book(stay_request)
    age("created_at")
    settle(inn, deposit_kind="percentage")

    amend(booking, by, adults=1)

    assert Booking.objects.get().state == "provisional"
    assert not ended()


def test_a_deposit_that_grows_is_due_from_then_on(house, book, stay_request, by):
    booking = book(stay_request)
    age("created_at", "payment_due_since")

    amend(booking, by, departure=stay_request.departure + DAY)

    assert not ended()


@pytest.mark.parametrize("days", [0, -1])
def test_a_deposit_that_does_not_grow_is_due_as_before(house, book, stay_request, by, days):
    booking = book(stay_request)
    age("created_at", "payment_due_since")

    amend(booking, by, departure=stay_request.departure + days * DAY)

    assert ended()


def test_other_changes_give_no_more_time(house, book, stay_request, by):
    booking = book(stay_request)
    age("created_at", "payment_due_since")
    where = {"booking_id": booking.pk, "property_id": house.pk, "by": by}

    service_add(**where, description="Sauna", price=Decimal(10))
    amend(booking, by, price=PriceMode.KEPT, departure=stay_request.departure + DAY)
    pay(booking, by, 10)

    assert Booking.objects.get().payment_due_since < timezone.now() - 9 * DAY


def test_an_arrival_that_was_no_arrival_begins_the_time_anew(house, book, stay_request, by):
    booking = book(stay_request)
    where = {"booking_id": booking.pk, "property_id": house.pk, "by": by}
    age("created_at", "payment_due_since")
    lifecycle.booking_check_in(**where, override=True)
    assert not ended()

    lifecycle.booking_check_in_undo(**where)

    assert not ended()
    age("payment_due_since")
    assert ended()


def test_nothing_is_due_of_what_is_paid_free_an_enquiry_or_over(house, book, stay_request, by):
    paid = book(stay_request)
    pay(paid, by)
    free = book(stay_request.changed(agreed=Decimal(0)))
    gone = book(stay_request)
    lifecycle.booking_cancel(booking_id=gone.pk, property_id=house.pk, by=by)
    asked = book(stay_request, booker=VISITOR, prop=settle(house, requires_approval=True))

    for booking in (paid, free, gone, asked):
        assert Booking.objects.get(pk=booking.pk).payment_due_since is None


def test_a_payment_that_is_due_again_is_asked_for_again(house, book, stay_request, by, post):
    booking = book(stay_request)
    assert tasks.payment_reminders(timestamp=0) == 1
    payment = pay(booking, by)
    age("payment_reminded_at")
    assert tasks.payment_reminders(timestamp=0) == 0

    payment_reverse(property_id=house.pk, payment_id=payment.pk, by=by)

    assert tasks.payment_reminders(timestamp=0) == 1
    assert tasks.payment_reminders(timestamp=0) == 0
    assert len(post("payment_reminder")) == 2
