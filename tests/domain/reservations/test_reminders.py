"""Jobs on bookings: reminders, and the end of unpaid ones."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from datetime import time as midday

import pytest
from django.db import connections, transaction
from django.utils import timezone

from bookyflow.accounts.site import site_settings_save
from bookyflow.core.acting import SYSTEM
from bookyflow.core.fields import Sealed
from bookyflow.guests.services import GuestDetails
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations import tasks
from bookyflow.reservations.holds import hold_make, hold_release
from bookyflow.reservations.lifecycle import booking_cancel, deposit_settled
from bookyflow.reservations.models import Booking, Hold
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.stay_request import VISITOR
from tests.conftest import make_hotel
from tests.domain.conftest import somebody_waits
from tests.domain.reservations.conftest import fresh, settle

pytestmark = pytest.mark.django_db
OTHER = GuestDetails("Curie", "Marie", "marie@guest.example")


@pytest.fixture
def site():
    def save(**values):
        site_settings_save(values=values, by=SYSTEM)

    return save


@pytest.fixture
def old(inn, book, stay_request):
    """A booking whose deposit of 72 is missing for ten days."""
    settle(inn, deposit_kind="percentage", deposit_value=20, business_email="inn@inn.example")
    booking = book(stay_request)
    age(Booking.objects.all())
    return booking


def age(bookings):
    """As if they had been made, and their deposit due, ten days ago."""
    then = timezone.now() - timedelta(days=10)
    bookings.update(created_at=then)
    bookings.filter(payment_due_since__isnull=False).update(payment_due_since=then)


def test_nothing_is_done_unless_the_site_wants_it(old, post):
    for job in (tasks.bookings_unpaid, tasks.payment_reminders, tasks.review_reminders):
        assert job(timestamp=0) == 0
    assert post("payment_reminder") == post("review_reminder") == []


def test_unpaid_bookings_end(old, site, book, stay_request):
    fresh = book(stay_request)
    site(cancels_unpaid=True, cancels_unpaid_after_days=3)

    assert tasks.bookings_unpaid(timestamp=0) == 1
    assert tasks.bookings_unpaid(timestamp=0) == 0

    old.refresh_from_db()
    fresh.refresh_from_db()
    assert (old.state, fresh.state) == ("cancelled", "provisional")
    assert old.cancellation_reason == "The deposit was not paid in time."


@pytest.mark.django_db(transaction=True)
def test_what_is_paid_while_the_job_runs_does_not_end(old, site):
    site(cancels_unpaid=True, cancels_unpaid_after_days=3)

    def job():
        try:
            return tasks.bookings_unpaid(timestamp=0)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            property_lock(old.property_id)
            running = pool.submit(job)
            until = time.monotonic() + 30
            while not (somebody_waits() or running.done() or time.monotonic() > until):
                time.sleep(0.01)
            Booking.objects.update(state="confirmed", paid=72)
        assert running.result() == 0

    old.refresh_from_db()
    assert old.state == "confirmed"


def test_one_booking_at_fault_does_not_keep_the_others_back(
    old, site, book, stay_request, manager, caplog
):
    other = book(stay_request, guest=OTHER)
    broken = make_hotel(manager, name="Without settings")
    PropertySettings.objects.filter(property=broken).delete()
    Booking.objects.filter(pk=old.pk).update(property=broken)
    age(Booking.objects.all())
    site(cancels_unpaid=True, cancels_unpaid_after_days=3)

    assert tasks.bookings_unpaid(timestamp=0) == 1

    other.refresh_from_db()
    assert other.state == "cancelled"
    assert f"<Booking: {old.number}>: DomainError" in caplog.text


def test_guests_are_reminded_of_the_deposit_once_they_will_arrive_soon(old, site, post):
    site(reminds_of_payment=True, reminds_of_payment_days=9)
    assert tasks.payment_reminders(timestamp=0) == 0

    site(reminds_of_payment_days=10)
    assert tasks.payment_reminders(timestamp=0) == 1
    assert tasks.payment_reminders(timestamp=0) == 0

    (mail,) = post("payment_reminder")
    assert mail.to == ["grace@guest.example"]
    assert mail.reply_to == ["inn@inn.example"]
    assert mail.subject == f"Your booking {old.number} at Harbour House: the deposit"
    assert "€72.00" in mail.body


def test_who_has_paid_before_the_reminder_is_sent_gets_none(old, site, post, by):
    site(reminds_of_payment=True, reminds_of_payment_days=30)
    assert tasks.payment_reminders(timestamp=0) == 1
    with transaction.atomic():
        deposit_settled(old, paid=old.deposit_required, by=by)

    assert post("payment_reminder") == []


def test_who_has_cancelled_before_the_reminder_is_sent_gets_none(old, site, post, by):
    site(reminds_of_payment=True, reminds_of_payment_days=30)
    assert tasks.payment_reminders(timestamp=0) == 1
    booking_cancel(booking_id=old.pk, property_id=old.property_id, by=by)

    assert post("payment_reminder") == []


def test_who_has_no_address_is_not_written_to(old, site, post):
    site(reminds_of_payment=True, reminds_of_payment_days=30)
    Booking.objects.update(personal=Sealed(lead_guest={"surname": "Hopper"}))

    assert tasks.payment_reminders(timestamp=0) == 0
    assert post("payment_reminder") == []


def test_guests_who_left_are_asked_for_a_review(old, site, post):
    site(reminds_of_review=True, reminds_of_review_days=7)
    today = timezone.now().date()
    Booking.objects.update(
        state="checked_out",
        arrival=today - timedelta(days=12),
        departure=today - timedelta(days=8),
        departs_on=today - timedelta(days=8),
    )

    assert tasks.review_reminders(timestamp=0) == 1
    assert tasks.review_reminders(timestamp=0) == 0
    (mail,) = post("review_reminder")
    assert mail.subject == "How was your stay at Harbour House?"


def test_expired_holds_are_released():
    assert tasks.holds_release(timestamp=0) == 0


def test_holds_of_long_ago_are_deleted(inn, stay_request):
    quote = quote_make(prop=fresh(inn), stay_request=stay_request, booker=VISITOR)
    for days_ago in (1, 40):
        held = hold_make(quote=quote, by=SYSTEM)
        hold_release(hold_id=held.pk, property_id=held.property_id, by=SYSTEM)
        Hold.objects.filter(pk=held.pk).update(
            released_at=timezone.now() - timedelta(days=days_ago)
        )

    assert tasks.holds_forget(timestamp=0) == 1
    assert Hold.objects.count() == 1


@pytest.mark.parametrize(
    ("zone", "reminded"), [("Pacific/Kiritimati", 1), ("UTC", 0), ("Pacific/Pago_Pago", 0)]
)
def test_reminders_go_by_the_day_of_the_property(old, site, zone, reminded, time_machine):
    settle(old.property, time_zone=zone)
    site(reminds_of_payment=True, reminds_of_payment_days=9)
    noon = datetime.combine(old.arrival - timedelta(days=10), midday(12), tzinfo=UTC)

    time_machine.move_to(noon)  # the next day already in Kiritimati

    assert tasks.payment_reminders(timestamp=0) == reminded


@pytest.mark.parametrize(("hours", "reminded"), [(-1, 1), (1, 0)])
def test_on_the_day_of_arrival_nobody_is_reminded(old, site, hours, reminded, time_machine):
    site(reminds_of_payment=True, reminds_of_payment_days=9)
    arrives = datetime.combine(old.arrival, midday(0), tzinfo=UTC)

    time_machine.move_to(arrives + timedelta(hours=hours))

    assert tasks.payment_reminders(timestamp=0) == reminded
