"""What is held for a session: renewed by its calls, taken anew with a change, let go at the end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from bookyflow.availability.models import Occupancy
from bookyflow.booking_sessions.models import BookingSession
from bookyflow.booking_sessions.tasks import booking_sessions_clear
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.models import Booking, Hold
from bookyflow.reservations.tasks import holds_release
from bookyflow.rooms.models import Room
from tests.domain.conftest import at_once
from tests.features.booking.conftest import data, told
from tests.features.booking.sessions.conftest import Form
from tests.openapi import CheckedClient

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def live():
    """The holds that are not over, by their rooms' nights."""
    return [
        (one.nights.lower, (one.nights.upper - one.nights.lower).days)
        for one in Occupancy.objects.filter(kind="hold", expires_at__gt=timezone.now())
    ]


def minutes_left():
    """Of the one hold, and of its room."""
    hold = Hold.objects.get(released_at=None)
    (room,) = Occupancy.objects.filter(hold=hold)
    assert room.expires_at == hold.expires_at
    return round((hold.expires_at - timezone.now()) / MINUTE)


def later(minutes):
    """Make what is held and the session so much older."""
    by = timedelta(minutes=minutes)
    for hold in Hold.objects.filter(released_at=None, booking=None):
        Hold.objects.filter(pk=hold.pk).update(
            created_at=hold.created_at - by, expires_at=hold.expires_at - by
        )
        Occupancy.objects.filter(hold=hold).update(expires_at=hold.expires_at - by)
    for session in BookingSession.objects.all():
        BookingSession.objects.filter(pk=session.pk).update(expires_at=session.expires_at - by)


def test_rooms_are_held_for_a_quarter_of_an_hour(form):
    form.fill()

    assert minutes_left() == 15


def test_no_longer_than_the_property_holds_rooms(form):
    PropertySettings.objects.update(hold_minutes=5)
    form.fill()

    assert minutes_left() == 5


@pytest.mark.parametrize("path", ["prices", "validate/booking", "rooms"])
def test_a_call_renews_what_is_held(form, path):
    form.fill()
    later(10)
    assert minutes_left() == 5

    data(form.get(path))

    assert minutes_left() == 15


def test_for_half_an_hour_in_all_by_calls_and_an_hour_where_it_is_asked_for(form):
    form.fill()
    left = []
    for _ in range(2):
        later(10)
        data(form.get("prices"))
        left.append(minutes_left())
    assert left == [15, 10]

    later(8)
    found = data(form.post("session/prolong", **form.token))

    assert found["held_until"] is not None
    assert minutes_left() == 15


def test_an_hour_is_the_end_of_it(form):
    form.fill()
    for _ in range(5):
        later(10)
        data(form.post("session/prolong", **form.token))

    assert minutes_left() == 10
    later(9)
    data(form.post("session/prolong", **form.token))
    assert minutes_left() == 1


@pytest.mark.parametrize("step", ["set_dates", "set_party", "choose"])
def test_the_same_choice_again_changes_nothing(form, step):
    form.fill()
    hold = Hold.objects.get()

    data(getattr(form, step)())

    assert Hold.objects.get() == hold


def test_other_dates_take_the_rooms_anew(form):
    form.fill()
    first = date.fromisoformat(form.dates["departureDate"])
    form.dates = {"arrivalDate": str(first), "departureDate": str(first + timedelta(days=2))}

    data(form.set_dates())

    assert live() == [(first, 2)]
    assert data(form.get("prices"))[0]["total"] == "240.00"


def test_other_guests_take_the_rooms_anew(form):
    PropertySettings.objects.update(per_person_per_night=True)
    form.fill()
    assert data(form.get("prices"))[0]["total"] == "720.00"

    data(form.set_party(1))

    assert data(form.get("prices"))[0]["total"] == "360.00"
    assert len(live()) == 1


def test_rooms_that_do_not_take_the_guests_are_chosen_no_more(form):
    form.fill()

    data(form.set_party(4))

    assert live() == []
    assert told(form.get("prices")) == (409, "no_room_selected")


def test_refused_dates_leave_what_is_held(form):
    form.fill()
    held = live()
    PropertySettings.objects.update(fixed_periods_on=True)
    sooner = str(date.fromisoformat(form.dates["departureDate"]) - timedelta(days=1))

    assert told(form.set_dates(departureDate=sooner)) == (409, "fixed_period")
    assert live() == held
    assert data(form.get("prices"))[0]["stayDays"] == 3


def test_other_rooms_take_the_place_of_the_first(form):
    form.fill()

    chosen = data(form.post("set/rooms/booking", {"roomTariffPairs": form.pairs(2)}))

    assert chosen["hatPair"] == form.pairs(2)
    assert len(live()) == 2
    empty = data(form.post("set/rooms/booking", {"roomTariffPairs": ""}))
    assert empty == {"valid": True, "hatPair": "", "expires_at": None}
    assert live() == []


def test_what_a_session_holds_is_free_for_itself(form):
    Room.objects.filter(number__in="23").delete()
    form.fill()

    assert list(data(form.get("rooms"))["rooms"]) == [form.pairs()]
    assert data(form.get("validate/dates"))["valid"] is True
    data(form.set_party(1))
    assert len(live()) == 1


def test_another_session_does_not_get_it(form, another):
    Room.objects.filter(number__in="23").delete()
    form.fill("begin", "set_dates", "set_party", "choose")
    other = another().fill("begin")

    assert told(other.set_dates()) == (409, "property_not_available")
    data(form.leave())
    assert live() == []
    other.fill("set_dates", "set_party", "choose")
    assert len(live()) == 1


def test_the_time_of_what_is_held_ends(form, another):
    Room.objects.filter(number__in="23").delete()
    form.fill()
    later(16)

    other = another().fill()

    assert data(form.get("validate/rooms"))["key"] == "hold_expired"
    assert data(form.get("validate/booking"))["key"] == "property_not_available"
    assert told(form.choose()) == (409, "no_room_available")
    data(other.create())
    assert holds_release(0) == 1


def test_sessions_end_an_hour_after_the_last_call(form, another):
    form.fill()
    later(59)
    data(form.get("ok_to_book"))
    another().fill("begin")
    later(61)
    form.begin()

    assert booking_sessions_clear(0) == 1
    assert BookingSession.objects.count() == 1


@pytest.mark.parametrize("path", ["set/property/booking", "set/dates", "set/guest/numbers"])
def test_limits_of_one_address_count_what_is_held_once(form, another, settings, path):
    settings.ROOM_NIGHTS_PER_ADDRESS = 4
    form.fill()
    data(form.choose())
    data(form.set_party(1))

    second = another().fill("begin", "set_dates", "set_party")
    refused = second.choose()

    assert told(refused) == (429, "too_many_holds")
    assert int(refused["Retry-After"]) <= 900
    assert len(live()) == 1
    elsewhere = another(REMOTE_ADDR="203.0.113.9").fill()
    assert data(elsewhere.create())["valid"] is True


def test_a_booking_site_is_counted_by_its_key_pair(another, client_for, settings):
    settings.ROOM_NIGHTS_PER_ADDRESS = 3
    site = client_for("echo_get")

    forms = [another(site).fill() for _ in range(2)]

    assert [data(one.create())["valid"] for one in forms] == [True, True]


@pytest.mark.django_db(transaction=True)
def test_two_creates_at_once_make_one_booking(form):
    form.fill()

    answers = at_once(4, lambda _: Form.create(with_client(form)))

    assert [one.status_code for one in answers] == [200] * 4
    assert Booking.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_parallel_calls_of_a_session_leave_one_hold(form):
    form.fill("begin", "set_dates", "set_party")

    def work(number):
        mine = with_client(form)
        return mine.choose(extras={}) if number % 2 else mine.set_party(1 + number % 4 // 2)

    answers = at_once(6, work)

    assert {one.status_code for one in answers} == {200}
    assert len(live()) == 1
    assert Hold.objects.filter(released_at=None).count() == 1
    assert data(form.get("validate/rooms"))["valid"] is True


def with_client(form):
    """The same session from another thread."""
    mine = Form(CheckedClient(), form.prop)
    mine.headers, mine.dates, mine.token = form.headers, form.dates, form.token
    return mine
