"""What pages for staff ask of bookings and guests."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bookyflow.core.acting import VISITOR, Actor
from bookyflow.core.errors import DomainError
from bookyflow.guests.models import Guest, GuestReview
from bookyflow.guests.profiles import GuestProfile, guest_add
from bookyflow.guests.reviews import guest_review_save
from bookyflow.guests.services import GuestDetails
from bookyflow.messaging.models import Message
from bookyflow.messaging.reading import conversation_read, unread_total
from bookyflow.messaging.services import Words, conversation_about, message_write
from bookyflow.privacy.export import guest_export
from bookyflow.reservations.amendments.changes import PriceMode
from bookyflow.reservations.early_departure import guest_leave_early
from bookyflow.reservations.front_desk import guest_check_in
from bookyflow.reservations.guest_stays import guest_merge
from bookyflow.reservations.history import booking_history
from bookyflow.reservations.mail_log import MailState, booking_mails
from bookyflow.reservations.models import Booking
from bookyflow.reservations.services import Remarks
from bookyflow.reservations.staff_booking import StaffBooking, staff_book
from bookyflow.reservations.staff_offers import staff_offers
from bookyflow.reservations.stay_request import RoomRequest, StayRequest
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.models import Coupon
from tests.domain.conftest import at_once, book, stay
from tests.domain.reservations.conftest import GRACE

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(inn, double) -> StaffBooking:
    """A double for two, from today for three nights."""
    today = inn.settings.today()
    wish = StayRequest(today, today + timedelta(days=3), (RoomRequest(double.pk),), adults=2)
    return StaffBooking(wish, GRACE, Remarks())


@pytest.mark.django_db(transaction=True)
def test_a_form_that_is_sent_twice_at_once_books_once(inn, asked, by):
    made = at_once(
        3, lambda _: staff_book(property_id=inn.pk, asked=asked, by=by, once="a form").pk
    )
    assert len(set(made)) == 1
    assert Booking.objects.get().pk == made[0]


def test_the_form_of_somebody_else_is_another(inn, asked, by, stranger):
    first = staff_book(property_id=inn.pk, asked=asked, by=by, once="a form")
    second = staff_book(property_id=inn.pk, asked=asked, by=Actor(stranger.pk), once="a form")
    assert first != second


def test_a_known_guest_without_an_address_stays_one(inn, asked, by):
    known = guest_add(property_id=inn.pk, profile=GuestProfile("Hopper", "Grace"), by=by)
    told = GuestDetails("Hopper", "Grace", mobile="+1 555 0199")
    wanted = StaffBooking(asked.stay_request, told, Remarks(), guest_id=known.pk)
    booking = staff_book(property_id=inn.pk, asked=wanted, by=by)
    assert booking.guest_id == known.pk
    assert Guest.objects.get(property=inn).mobile == "+1 555 0199"

    unknown = StaffBooking(asked.stay_request, told, Remarks(), guest_id=0)
    with pytest.raises(DomainError, match="guest_not_found"):
        staff_book(property_id=inn.pk, asked=unknown, by=by)


def test_offers_tell_what_is_against_a_type(inn, double):
    single, _ = RoomType.objects.get_or_create(name="Single", property=None)
    Room.objects.create(property=inn, room_type=single, number="9", max_adults=1, max_occupancy=1)
    today = inn.settings.today()
    found = staff_offers(prop=inn, asked=StayRequest(today, today + timedelta(days=2), adults=2))
    offer, without = found.offers
    assert (offer.room_type, offer.total, offer.free) == ("Double", Decimal(240), 3)
    assert (without.room_type, without.total) == ("Single", None)
    assert without.problem
    assert len(found.rooms) == 4

    with pytest.raises(DomainError, match="validation_failed"):
        staff_offers(prop=inn, asked=StayRequest(today, today, adults=2))


def test_a_guest_who_leaves_on_the_last_day_leaves_as_usual(inn, by):
    booking = book(inn, stay(0, 1))
    here = {"property_id": inn.pk, "booking_id": booking.pk, "by": by}
    guest_check_in(**here)
    with pytest.raises(DomainError, match="booking_state"):
        guest_leave_early(**here, price=PriceMode.KEPT)


def test_all_or_nothing_of_an_early_departure(inn, asked, by):
    booking = staff_book(property_id=inn.pk, asked=asked, by=by)
    here = {"property_id": inn.pk, "booking_id": booking.pk, "by": by}
    with pytest.raises(DomainError, match="booking_state"):
        guest_leave_early(**here, price=PriceMode.GRANTED)  # nobody has checked in
    booking.refresh_from_db()
    assert booking.total == 360


def test_the_history_names_who_did_it(inn, asked, by, manager):
    booking = staff_book(property_id=inn.pk, asked=asked, by=by)
    step = booking_history(property_id=inn.pk, booking_id=booking.pk).get()
    assert (step.who, step.key_name) == (manager.username, None)
    with pytest.raises(DomainError, match="booking_not_found"):
        booking_history(property_id=0, booking_id=booking.pk)


def test_mails_that_are_to_be_sent(inn, asked, by):
    booking = staff_book(property_id=inn.pk, asked=asked, by=by)
    mails = booking_mails(booking_id=booking.pk)
    assert {(one.template, one.audience) for one in mails} == {
        ("booking_added", "guest"),
        ("booking_added", "property"),
    }
    assert {one.state for one in mails} == {MailState.WAITING}
    assert booking_mails(booking_id=0) == []


def test_what_two_entries_have_is_one_guests(inn, by, manager):
    gone = guest_add(property_id=inn.pk, profile=GuestProfile("Hopper", "Grace"), by=by)
    kept = guest_add(property_id=inn.pk, profile=GuestProfile("Murray", "Grace"), by=by)
    Coupon.objects.create(property=inn, guest=gone, code="G1", amount=5)
    for guest, text in ((gone, "Kind."), (kept, "Very kind.")):
        guest_review_save(guest_id=guest.pk, property_id=inn.pk, text=text, by=by)

    guest_merge(property_id=inn.pk, guest_id=gone.pk, into_id=kept.pk, by=by)

    assert Coupon.objects.get().guest == kept
    assert GuestReview.objects.get().text == "Very kind."
    gone.refresh_from_db()
    assert (gone.surname, gone.anonymised_at is None) == ("\N{EN DASH}", False)


def test_an_export_has_what_was_written_with_the_account(inn, by, stranger):
    guest = guest_add(property_id=inn.pk, profile=GuestProfile("Hopper", "Grace"), by=by)
    Guest.objects.filter(pk=guest.pk).update(user=stranger)
    conversation = inn.conversations.create(user=stranger)
    Message.objects.create(
        conversation=conversation, sender=stranger, body="A crib, please.", is_by_team=False
    )
    told = guest_export(property_id=inn.pk, guest_id=guest.pk)
    assert [one["body"] for one in told["messages"]] == ["A crib, please."]
    with pytest.raises(DomainError, match="guest_not_found"):
        guest_export(property_id=0, guest_id=guest.pk)


def test_a_conversation_is_read_as_it_is_now(inn, reach):
    conversation = conversation_about(book(inn, stay(1, 1)))
    for body in ("One.", "Two."):
        message_write(conversation, Words(body), user_id=None, is_by_team=False, by=VISITOR)
    assert unread_total(reach=reach) == 2
    for _ in range(2):
        conversation_read(group_id=conversation.pk, reach=reach)
    assert unread_total(reach=reach) == 0
    message_write(conversation, Words("Three."), user_id=None, is_by_team=False, by=VISITOR)
    assert unread_total(reach=reach) == 1
