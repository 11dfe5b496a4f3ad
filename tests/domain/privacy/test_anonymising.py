from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from bookyflow.accounts.site import site_settings_save
from bookyflow.core.errors import DomainError
from bookyflow.core.fields import Sealed
from bookyflow.events.models import Event
from bookyflow.guests.models import Guest, GuestReview
from bookyflow.guests.profiles import GuestProfile, guest_add, guest_blacklist
from bookyflow.guests.reviews import guest_review_save
from bookyflow.guests.selectors import guest_by_email, guest_list
from bookyflow.guests.services import NOBODY, GuestDetails, guest_save
from bookyflow.privacy import anonymising, tasks
from bookyflow.privacy.anonymising import (
    OPEN_STATES,
    guest_anonymise,
    guest_delete,
    guests_anonymise_departed,
)
from bookyflow.reservations.models import ENDED, Booking, BookingState, SecurityDeposit
from bookyflow.reservations.notes import note_save
from tests.domain.conftest import ADA, at_once, book, stay

GRACE = GuestDetails("Hopper", "Grace", "grace@guest.example")
KINDS = {guest_delete: "guest_deleted", guest_anonymise: "guest_anonymised"}


@pytest.fixture
def guest(hotel, by, stranger):
    profile = GuestProfile(
        **dict.fromkeys(("first_name", "phone", "mobile", "house", "street", "town"), "x"),
        surname="Hopper",
        email="grace@guest.example",
        region="US-NY",
        postcode="NY",
        country="US",
        language="en",
        preferences="Quiet",
        vat_number="US1",
    )
    guest = guest_add(property_id=hotel.pk, profile=profile, by=by)
    guest_review_save(guest_id=guest.pk, property_id=hotel.pk, text="Friendly.", by=by)
    Guest.objects.filter(pk=guest.pk).update(
        user=stranger, discount=5, vat_number_validated=True, blacklisted=True
    )
    return guest


def raw_row() -> dict:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM guests_guest ORDER BY id")
        row = cursor.fetchone()
        return dict(zip([column.name for column in cursor.description], row, strict=True))


def last_kind() -> str:
    return Event.objects.latest("id").kind


@pytest.mark.django_db
def test_the_states_that_keep_a_guest_are_those_of_open_bookings():
    assert set(OPEN_STATES) == set(BookingState) - set(ENDED) - {BookingState.CHECKED_OUT}


@pytest.mark.django_db
@pytest.mark.parametrize("work", KINDS)
def test_nothing_personal_stays(hotel, by, guest, work):
    work(guest_id=guest.pk, property_id=hotel.pk, by=by)

    row = raw_row()
    assert Sealed(row["personal"]).values() == {"surname": NOBODY}
    assert [row[n] for n in ("email_hash", "region", "language", "user_id")] == [None, "", "", None]
    assert row["country"] == "US"
    assert row["anonymised_at"] is not None
    gone = Guest.objects.get()
    assert (gone.surname, gone.version, gone.discount) == (NOBODY, 3, 0)
    assert not gone.blacklisted
    assert not gone.vat_number_validated
    assert not GuestReview.objects.exists()
    assert not guest_list(property_id=hotel.pk).exists()
    event = Event.objects.latest("id")
    assert (event.kind, event.data) == (KINDS[work], {"guest_uid": guest.pk})


@pytest.mark.django_db
@pytest.mark.parametrize("work", KINDS)
def test_it_happens_once(hotel, by, guest, work):
    work(guest_id=guest.pk, property_id=hotel.pk, by=by)
    before = Event.objects.count()

    with pytest.raises(DomainError) as refused:
        work(guest_id=guest.pk, property_id=hotel.pk, by=by)

    assert refused.value.key == "guest_not_found"
    assert Event.objects.count() == before


@pytest.mark.django_db
@pytest.mark.parametrize("work", KINDS)
@pytest.mark.parametrize("state", OPEN_STATES)
def test_a_guest_with_a_booking_to_come_stays(hotel, by, work, state):
    booking = book(hotel, stay(3, 2))
    Booking.objects.update(state=state)
    before = Event.objects.count()

    with pytest.raises(DomainError) as refused:
        work(guest_id=booking.guest_id, property_id=hotel.pk, by=by)

    assert refused.value.key == "guest_has_bookings"
    assert Guest.objects.get().surname == ADA.surname
    assert Event.objects.count() == before


@pytest.mark.django_db
@pytest.mark.parametrize("state", [*ENDED, BookingState.CHECKED_OUT])
def test_a_guest_with_past_bookings_goes_and_the_bookings_stay(hotel, by, state):
    booking = book(hotel, stay(3, 2))
    Booking.objects.update(state=state)

    guest_delete(guest_id=booking.guest_id, property_id=hotel.pk, by=by)

    booking.refresh_from_db()
    assert booking.guest.surname == NOBODY
    assert last_kind() == "guest_deleted"


@pytest.mark.django_db
def test_whoever_comes_back_is_a_new_guest(hotel, by):
    first = guest_save(property_id=hotel.pk, details=ADA, trusted=True)
    guest_anonymise(guest_id=first.id, property_id=hotel.pk, by=by)

    again = guest_save(property_id=hotel.pk, details=ADA, trusted=True)

    assert again.is_new
    assert again.id != first.id
    assert guest_by_email(property_id=hotel.pk, email=ADA.email).pk == again.id


@pytest.mark.django_db
@pytest.mark.parametrize("work", KINDS)
def test_the_texts_of_the_guests_bookings_go_at_once(hotel, by, work):
    gone, kept = book(hotel, stay(3, 2)), book(hotel, stay(3, 2), guest=GRACE)
    for booking in (gone, kept):
        note_save(booking_id=booking.pk, property_id=hotel.pk, text="Allergic to nuts", by=by)
        SecurityDeposit.objects.create(
            booking=booking, amount=5, due="arrival", state="withheld", reason="Broke the lamp"
        )
    texts = {"remarks": "Anniversary", "referrer": "My aunt Ada", "answers": {"car": "XY 123"}}
    Booking.objects.update(state=BookingState.CHECKED_OUT, personal=Sealed(**texts))

    work(guest_id=gone.guest_id, property_id=hotel.pk, by=by)

    gone.refresh_from_db()
    kept.refresh_from_db()
    assert (gone.remarks, gone.referrer, gone.answers, gone.notes.count()) == ("", "", {}, 0)
    assert (gone.security_deposit.reason, kept.security_deposit.reason) == ("", "Broke the lamp")
    assert (kept.remarks, kept.referrer, kept.notes.count()) == ("Anniversary", "My aunt Ada", 1)
    assert gone.total > 0


def depart(hotel, name: str, days_ago: int) -> Guest:
    """A guest of a booking that ended so many days ago."""
    booking = book(hotel, stay(1, 1), guest=replace(ADA, email=f"{name}@guest.example"))
    departure = booking.arrival - timedelta(days=1 + days_ago)
    Booking.objects.filter(pk=booking.pk).update(
        arrival=departure - timedelta(days=1), departure=departure, departs_on=departure
    )
    booking.occupancies.all().delete()
    return booking.guest


@pytest.mark.django_db
def test_guests_are_forgotten_a_year_after_their_last_departure(hotel, by, monkeypatch):
    monkeypatch.setattr(anonymising, "BATCH", 2)
    old = [depart(hotel, f"old{n}", 366 + n) for n in range(5)]
    recent = depart(hotel, "recent", 365)
    back = depart(hotel, "back", 700)
    booking = book(hotel, stay(1, 1), guest=replace(ADA, email="back@guest.example"))
    assert booking.guest_id == back.pk
    never = guest_add(property_id=hotel.pk, profile=GuestProfile("Never"), by=by)
    Event.objects.all().delete()

    assert tasks.guests_forget(timestamp=0) == 5
    assert tasks.guests_forget(timestamp=0) == 0

    kept = {recent.pk, back.pk, never.pk}
    assert set(guest_list(property_id=hotel.pk).values_list("pk", flat=True)) == kept
    assert sorted(Event.objects.values_list("kind", "subject_id")) == [
        ("guest_anonymised", guest.pk) for guest in old
    ]
    assert {e.user_id for e in Event.objects.all()} == {None}


@pytest.mark.django_db
def test_the_site_says_how_long_data_are_kept(hotel, by):
    depart(hotel, "recent", 31)
    assert tasks.guests_forget(timestamp=0) == 0

    site_settings_save(values={"keeps_bookings_days": 30}, by=by)

    assert tasks.guests_forget(timestamp=0) == 1


@pytest.mark.django_db
def test_a_blacklisted_guest_is_forgotten_as_well(hotel, by):
    guest = depart(hotel, "bad", 400)
    guest_blacklist(guest_id=guest.pk, property_id=hotel.pk, blacklisted=True, by=by)

    assert tasks.guests_forget(timestamp=0) == 1


@pytest.mark.django_db(transaction=True)
def test_a_guest_whom_somebody_is_busy_with_is_left_for_the_next_run(hotel, today):
    busy, free = depart(hotel, "busy", 400), depart(hotel, "free", 400)

    def work(n: int):
        return guests_anonymise_departed(before=today)

    with transaction.atomic():
        Guest.objects.select_for_update().get(pk=busy.pk)
        (done,) = at_once(1, work)
    connections["default"].ensure_connection()

    assert done == 1
    free.refresh_from_db()
    busy.refresh_from_db()
    assert free.anonymised_at is not None
    assert busy.anonymised_at is None
    assert work(0) == 1


@pytest.mark.django_db(transaction=True)
def test_booking_and_deleting_at_once_leave_no_booking_of_nobody(hotel, by):
    guest = depart(hotel, "back", 10)
    Booking.objects.update(state=BookingState.CHECKED_OUT)
    details = replace(ADA, email="back@guest.example")

    def work(n: int):
        if n == 0:
            return guest_delete(guest_id=guest.pk, property_id=hotel.pk, by=by)
        return book(hotel, stay(1, 1), guest=details)

    deleted, booking = at_once(2, work)

    assert isinstance(booking, Booking)
    booking.guest.refresh_from_db()
    assert booking.guest.surname == ADA.surname
    if deleted is not None:
        assert deleted.key == "guest_has_bookings"
        assert booking.guest_id == guest.pk
