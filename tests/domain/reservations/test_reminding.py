"""Jobs on bookings: reminders, and the end of unpaid ones."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from bookyflow.accounts.site import site_settings_save
from bookyflow.core.acting import SYSTEM
from bookyflow.guests.models import Guest
from bookyflow.guests.services import GuestDetails
from bookyflow.reservations import tasks
from bookyflow.reservations.additions import note_save
from bookyflow.reservations.holds import hold_make, hold_release
from bookyflow.reservations.models import Booking, Hold
from bookyflow.reservations.quoting import quote_make
from bookyflow.reservations.wishes import VISITOR
from tests.domain.reservations.conftest import fresh, settle

pytestmark = pytest.mark.django_db
OTHER = GuestDetails("Curie", "Marie", "marie@guest.example")


@pytest.fixture
def site():
    def save(**values):
        site_settings_save(values=values, by=SYSTEM)

    return save


@pytest.fixture
def old(inn, book, wish):
    """A booking made ten days ago whose deposit is missing."""
    settle(inn, deposit_kind="percentage", deposit_value=20, business_email="inn@inn.example")
    booking = book(wish)
    Booking.objects.update(created_at=timezone.now() - timedelta(days=10))
    return booking


def test_nothing_is_done_unless_the_site_wants_it(old, mailoutbox):
    for job in (tasks.bookings_unpaid, tasks.payment_reminders, tasks.review_reminders):
        assert job(timestamp=0) == 0
    assert mailoutbox == []


def test_unpaid_bookings_end(old, site, book, wish):
    fresh = book(wish)
    site(cancels_unpaid=True, cancels_unpaid_after_days=3)

    assert tasks.bookings_unpaid(timestamp=0) == 1
    assert tasks.bookings_unpaid(timestamp=0) == 0

    old.refresh_from_db()
    fresh.refresh_from_db()
    assert (old.state, fresh.state) == ("cancelled", "provisional")
    assert old.cancellation_reason == "The deposit was not paid in time."


def test_guests_are_reminded_of_the_deposit_once(old, site, mailoutbox):
    site(reminds_of_payment=True, reminds_of_payment_days=3)

    assert tasks.payment_reminders(timestamp=0) == 1
    assert tasks.payment_reminders(timestamp=0) == 0

    (mail,) = mailoutbox
    assert mail.to == ["grace@guest.example"]
    assert mail.reply_to == ["inn@inn.example"]
    assert mail.subject == f"Your booking {old.number} at Harbour House: the deposit"
    assert "€72.00" in mail.body


def test_who_has_no_address_is_not_written_to(old, site, mailoutbox):
    site(reminds_of_payment=True, reminds_of_payment_days=3)
    Guest.objects.update(email="")

    assert tasks.payment_reminders(timestamp=0) == 0
    assert mailoutbox == []


def test_guests_who_left_are_asked_for_a_review(old, site, mailoutbox):
    site(reminds_of_review=True, reminds_of_review_days=7)
    today = timezone.now().date()
    Booking.objects.update(
        state="checked_out",
        arrival=today - timedelta(days=12),
        departure=today - timedelta(days=8),
    )

    assert tasks.review_reminders(timestamp=0) == 1
    assert tasks.review_reminders(timestamp=0) == 0
    assert mailoutbox[0].subject == "How was your stay at Harbour House?"


def test_expired_holds_are_released():
    assert tasks.holds_release(timestamp=0) == 0


def test_texts_of_forgotten_guests_are_emptied(inn, book, wish, by):
    kept, gone = book(wish), book(wish.changed(adults=1), guest=OTHER)
    for booking in (kept, gone):
        note_save(booking_id=booking.pk, property_id=inn.pk, text="Allergic to nuts", by=by)
    Booking.objects.update(remarks="Anniversary", answers={"car": "XY 123"})
    Guest.objects.filter(pk=gone.guest_id).update(anonymised_at=timezone.now())

    assert tasks.booking_texts_forget(timestamp=0) == 1
    assert tasks.booking_texts_forget(timestamp=0) == 0

    gone.refresh_from_db()
    kept.refresh_from_db()
    assert (gone.remarks, gone.answers, gone.notes.count()) == ("", {}, 0)
    assert (kept.remarks, kept.notes.count()) == ("Anniversary", 1)
    assert gone.total > 0


def test_holds_of_long_ago_are_deleted(inn, wish):
    quote = quote_make(prop=fresh(inn), wish=wish, booker=VISITOR)
    for days_ago in (1, 40):
        held = hold_make(quote=quote, by=SYSTEM)
        hold_release(hold_id=held.pk, property_id=held.property_id, by=SYSTEM)
        Hold.objects.filter(pk=held.pk).update(
            released_at=timezone.now() - timedelta(days=days_ago)
        )

    tasks.booking_texts_forget(timestamp=0)

    assert Hold.objects.count() == 1
