"""Holds: rooms kept for a while, at the price quoted, and what becomes of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from bookyflow.availability.models import Occupancy
from bookyflow.core.acting import SYSTEM
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.guests.models import Guest
from bookyflow.guests.services import GuestDetails
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.holds import hold_confirm, hold_make, hold_release, holds_expire
from bookyflow.reservations.models import Booking, Hold
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.services import quote_book
from bookyflow.reservations.stay_request import VISITOR
from bookyflow.tariffs.models import Coupon, DailyRate
from tests.conftest import make_hotel
from tests.domain.reservations.conftest import GRACE, fresh, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def quote(inn, stay_request):
    return quote_make(prop=fresh(inn), stay_request=stay_request, booker=VISITOR)


def hold(quote):
    return hold_make(quote=quote, by=SYSTEM)


def confirm(held, guest=GRACE):
    return hold_confirm(
        hold_id=held.pk, property_id=held.property_id, guest=guest, booker=VISITOR, by=SYSTEM
    )


def told():
    found = Event.objects.filter(subject_kind="booking").order_by("id")
    return list(found.values_list("kind", flat=True))


def refusal(step, *args):
    with pytest.raises(DomainError) as caught:
        step(*args)
    return caught.value.key


def test_a_hold_becomes_the_booking_of_its_number_at_its_price(quote):
    held = hold(quote)
    DailyRate.objects.update(price=999)

    booking = confirm(held)

    assert (booking.pk, booking.number, booking.total) == (held.serial, held.number, 360)
    held = booking.occupancies.get()
    assert (held.kind, held.expires_at) == ("booking", None)
    assert told() == ["booking_held", "booking_added"]


def test_confirming_twice_gives_the_same_booking(quote):
    held = hold(quote)

    assert confirm(held) == confirm(held)
    assert Booking.objects.count() == 1


def test_a_hold_keeps_others_out_until_it_ends(quote):
    first = hold(quote)
    hold(quote)
    hold(quote)

    assert refusal(hold, quote) == "no_room_available"
    with time_machine.travel(first.expires_at + timedelta(minutes=5), tick=False):
        Occupancy.objects.update(expires_at=timezone.now() - timedelta(hours=30))
        assert hold(quote).pk


def test_an_expired_hold_is_no_booking(quote):
    held = hold(quote)
    Occupancy.objects.update(expires_at=timezone.now() - timedelta(hours=1))

    assert refusal(confirm, held) == "hold_expired"
    assert not Booking.objects.exists()


def test_an_expired_hold_is_no_enquiry_that_holds_nothing(inn, quote):
    settle(inn, requires_approval=True, enquiry_hold_hours=0)
    held = hold(quote)

    with time_machine.travel(held.expires_at, tick=False):
        assert refusal(confirm, held) == "hold_expired"


def test_a_hold_can_be_let_go(quote):
    held = hold(quote)

    hold_release(hold_id=held.pk, property_id=held.property_id, by=SYSTEM)
    hold_release(hold_id=held.pk, property_id=held.property_id, by=SYSTEM)

    assert not Occupancy.objects.exists()
    assert refusal(confirm, held) == "hold_expired"
    assert told() == ["booking_held", "booking_hold_released"]


def test_what_has_become_a_booking_is_not_let_go(quote):
    held = hold(quote)
    confirm(held)

    with pytest.raises(DomainError) as refused:
        hold_release(hold_id=held.pk, property_id=held.property_id, by=SYSTEM)

    assert refused.value.key == "booking_state"


def test_a_hold_at_fault_does_not_keep_the_others_back(quote, manager, caplog):
    broken, other = hold(quote), hold(quote)
    without = make_hotel(manager, name="Without settings")
    PropertySettings.objects.filter(property=without).delete()
    Hold.objects.filter(pk=broken.pk).update(property=without)
    Hold.objects.update(expires_at=timezone.now() - timedelta(hours=1))

    assert holds_expire() == 1

    other.refresh_from_db()
    assert other.released_at
    assert f"<Hold: {broken.number}>: DomainError" in caplog.text


def test_the_job_releases_what_has_expired(quote):
    old, live, booked = hold(quote), hold(quote), hold(quote)
    confirm(booked)
    Hold.objects.filter(pk__in=[old.pk, booked.pk]).update(
        expires_at=timezone.now() - timedelta(hours=1)
    )

    assert holds_expire() == 1
    assert holds_expire() == 0
    old.refresh_from_db()
    live.refresh_from_db()
    assert old.released_at
    assert live.released_at is None
    assert Occupancy.objects.count() == 2


def test_a_hold_of_an_enquiry_goes_on(inn, quote):
    settle(inn, requires_approval=True, enquiry_hold_hours=5)

    booking = confirm(hold(quote))

    held = booking.occupancies.get()
    assert (booking.state, held.kind, held.hold) == ("enquiry", "hold", None)
    assert held.expires_at - timezone.now() > timedelta(hours=4)


def test_a_hold_of_an_enquiry_that_holds_nothing_ends(inn, quote):
    settle(inn, requires_approval=True, enquiry_hold_hours=0)

    booking = confirm(hold(quote))

    assert (booking.state, booking.occupancies.count()) == ("enquiry", 0)


def test_an_enquiry_needs_a_live_hold_too(inn, quote):
    settle(inn, requires_approval=True)
    held = hold(quote)
    Occupancy.objects.update(expires_at=timezone.now() - timedelta(hours=1))

    assert refusal(confirm, held) == "hold_expired"


def test_the_guest_of_a_hold_is_asked_for_everything(quote):
    assert refusal(confirm, hold(quote), GuestDetails("Hopper")) == "guest_fields_missing"


def test_a_coupon_is_used_as_often_as_it_may_be(inn, stay_request):
    Coupon.objects.create(property=inn, code="ONCE", amount=10, max_uses=1)
    quote = quote_make(
        prop=fresh(inn), stay_request=stay_request.changed(coupon="ONCE"), booker=VISITOR
    )
    held = hold(quote)

    assert refusal(hold, quote) == "coupon_invalid"
    booking = confirm(held)
    assert booking.coupon.code == "ONCE"
    with pytest.raises(DomainError):
        quote_make(
            prop=fresh(inn), stay_request=stay_request.changed(coupon="ONCE"), booker=VISITOR
        )


def test_a_coupon_that_is_gone_is_refused(inn, stay_request):
    coupon = Coupon.objects.create(property=inn, code="GONE", amount=10)
    quote = quote_make(
        prop=fresh(inn), stay_request=stay_request.changed(coupon="GONE"), booker=VISITOR
    )
    coupon.delete()

    assert refusal(hold, quote) == "coupon_invalid"


def test_dates_that_are_over_are_not_held(quote):
    with time_machine.travel(timezone.now() + timedelta(days=50), tick=False):
        assert refusal(hold, quote) == "dates_in_past"


@pytest.mark.django_db(transaction=True)
def test_many_at_once_hold_what_there_is_and_no_more(quote):
    def one(_):
        try:
            return confirm(hold(quote)).pk
        except DomainError as error:
            return error.key
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(one, range(8)))

    assert sorted(map(str, found)).count("no_room_available") == 5
    assert Occupancy.objects.filter(kind="booking").count() == 3
    assert Booking.objects.count() == 3


def test_a_guest_uses_a_coupon_as_often_as_may_be(inn, stay_request, book):
    Coupon.objects.create(property=inn, code="TWICE", amount=10, max_uses_per_guest=1)
    wanted = stay_request.changed(coupon="TWICE")
    book(wanted)

    with pytest.raises(DomainError) as refused:
        book(wanted)

    assert refused.value.key == "coupon_invalid"
    assert book(wanted, guest=GuestDetails("Curie", email="marie@guest.example")).total == 324


def test_a_guest_uses_a_coupon_as_often_as_may_be_by_holds_too(inn, stay_request):
    Coupon.objects.create(property=inn, code="TWICE", amount=10, max_uses_per_guest=1)
    quote = quote_make(
        prop=fresh(inn), stay_request=stay_request.changed(coupon="TWICE"), booker=VISITOR
    )
    first, second = hold(quote), hold(quote)
    confirm(first)

    assert refusal(confirm, second) == "coupon_invalid"
    other = GuestDetails("Curie", "Marie", "m@guest.example", mobile="1", country="FR", region="x")
    assert confirm(second, other).total == 324


def test_a_visitor_does_not_rename_a_guest_and_staff_see_the_name_on_the_booking(
    inn, book, stay_request
):
    known = book(stay_request)
    quote = quote_make(prop=fresh(inn), stay_request=stay_request, booker=VISITOR)
    other = replace(GRACE, surname="Impostor", mobile="+1 666")

    booking = quote_book(quote=quote, guest=other, booker=VISITOR, by=SYSTEM)

    assert booking.guest_id == known.guest_id
    guest = Guest.objects.get(pk=known.guest_id)
    assert (guest.surname, guest.mobile) == ("Hopper", GRACE.mobile)
    assert booking.booked_for() == other


def test_staff_and_personal_links_bring_a_guest_up_to_date(inn, book, stay_request):
    known = book(stay_request)
    moved = replace(GRACE, town="Harlow")
    booker = replace(VISITOR, guest_id=known.guest_id)
    quote = quote_make(prop=fresh(inn), stay_request=stay_request, booker=booker)

    booking = quote_book(quote=quote, guest=moved, booker=booker, by=SYSTEM)

    assert Guest.objects.get(pk=known.guest_id).town == "Harlow"
    assert not booking.notes.exists()
    book(stay_request, guest=replace(GRACE, town="Penryn"))
    assert Guest.objects.get(pk=known.guest_id).town == "Penryn"
