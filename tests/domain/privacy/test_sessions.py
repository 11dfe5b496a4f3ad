"""What a guest types into a booking form: nowhere in the clear, and gone with the guest."""

from __future__ import annotations

import pytest

from bookyflow.booking_sessions.address import Told, visitor_address_set, visitor_note_add
from bookyflow.booking_sessions.models import BookingSession
from bookyflow.booking_sessions.naming import SessionName
from bookyflow.booking_sessions.sessions import visitor_session_begin
from bookyflow.core.acting import SYSTEM
from bookyflow.guests.services import GuestDetails, guest_save
from bookyflow.privacy.anonymising import guest_anonymise
from bookyflow.properties.models import CustomField
from tests.domain.privacy.test_traces import MARK, encrypted, in_the_clear
from tests.domain.reservations.conftest import fresh

pytestmark = pytest.mark.django_db

NAME = SessionName("a-session")
EMAIL = f"{MARK}@guest.example"


@pytest.fixture
def typed(hotel):
    """A session with the mark in every text that can be typed."""
    CustomField.objects.create(property=hotel, name="by_train", description="How do you come?")
    visitor_session_begin(name=NAME, prop=fresh(hotel), language="en-GB")
    texts = ("surname", "first_name", "phone", "mobile", "house", "street", "town", "postcode")
    told = dict.fromkeys(texts, MARK) | {"email": EMAIL, "country": "US", "region": "US-NY"}
    visitor_address_set(name=NAME, told=Told.of(answers={"by_train": MARK}, **told))
    visitor_note_add(name=NAME, note=MARK)
    return BookingSession.objects.get()


def test_what_is_typed_is_encrypted(typed):
    assert in_the_clear() == set()
    assert encrypted() == {"booking_sessions_bookingsession.personal"}
    assert typed.personal.values().keys() == {"address", "answers", "notes"}


@pytest.mark.parametrize("email", [EMAIL, EMAIL.upper()])
def test_it_goes_with_a_guest_of_the_same_address(typed, hotel, email):
    guest = guest_save(property_id=hotel.pk, details=GuestDetails("Z", email=email), trusted=False)

    guest_anonymise(guest_id=guest.id, property_id=hotel.pk, by=SYSTEM)

    assert not BookingSession.objects.exists()
    assert encrypted() == set()


def test_other_guests_do_not_take_it_with_them(typed, hotel):
    other = GuestDetails("Z", email="other@guest.example")
    guest = guest_save(property_id=hotel.pk, details=other, trusted=False)

    guest_anonymise(guest_id=guest.id, property_id=hotel.pk, by=SYSTEM)

    assert BookingSession.objects.exists()
