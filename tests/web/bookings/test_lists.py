"""The list of bookings and its filters."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookyflow.billing.payments import payment_record
from bookyflow.channels.models import ChannelProperty
from bookyflow.core.acting import Actor
from bookyflow.guests.services import GuestDetails
from bookyflow.reservations.lifecycle import booking_cancel
from tests.domain.conftest import book, stay
from tests.web.bookings.conftest import make_booking

GRACE = GuestDetails("Höpper", "Grace", "grace@guest.example")


@pytest.fixture
def later(house, actor):
    """Grace's, in ten days."""
    return make_booking(house, actor, start=10, guest=GRACE)


def listed(client, url, **asked) -> list[str]:
    """The surnames on the page, in order."""
    answer = client.get(f"{url}/bookings", asked)
    assert answer.status_code == 200, asked
    return [one.who.surname for one in answer.context["listed"]]


def test_bookings_by_arrival(desk, url, booking, later):
    assert listed(desk, url) == ["Lovelace", "Höpper"]


def test_what_is_over_is_found_among_all(desk, url, booking, later, actor, house):
    booking_cancel(booking_id=booking.pk, property_id=house.pk, by=actor)
    past = house.settings.today() - timedelta(days=9)
    type(booking).objects.filter(pk=booking.pk).update(
        arrival=past, departs_on=past + timedelta(days=2), departure=past + timedelta(days=2)
    )
    assert listed(desk, url) == ["Höpper"]
    assert listed(desk, url, state="all") == ["Lovelace", "Höpper"]
    assert listed(desk, url, state="cancelled") == ["Lovelace"]


def test_filters(desk, url, booking, later, house, actor):
    arrival, departure = later.arrival.isoformat(), later.departs_on.isoformat()
    assert listed(desk, url, first=arrival) == ["Höpper"]
    assert listed(desk, url, last=booking.arrival.isoformat()) == ["Lovelace"]
    assert listed(desk, url, departure=departure) == ["Höpper"]
    payment_record(
        property_id=house.pk, booking_id=later.pk, amount=later.total, method="cash", by=actor
    )
    assert listed(desk, url, unpaid="on") == ["Lovelace"]
    assert listed(desk, url, source="staff") == ["Lovelace", "Höpper"]
    assert listed(desk, url, source="guest") == []
    assert listed(desk, url, first=departure, last=arrival) == []


def test_words_find_bookings(desk, url, booking, later):
    assert listed(desk, url, q="hop") == ["Höpper"]
    assert listed(desk, url, q="grace HÖPPER") == ["Höpper"]
    assert listed(desk, url, q="ADA@guest.example ") == ["Lovelace"]
    assert listed(desk, url, q=later.number) == ["Höpper"]
    assert listed(desk, url, q="nobody") == []
    assert listed(desk, url, q="x@y") == []


def test_bookings_of_a_channel(desk, url, booking, house, channel, manager):
    ChannelProperty.objects.create(channel=channel, property=house, remote_id="26")
    by = Actor(user_id=manager.pk, channel_id=channel.pk)
    book(house, stay(4, 1), guest=GRACE, by=by)
    assert listed(desk, url, source="channel") == ["Höpper"]
    assert listed(desk, url, source=f"channel-{channel.pk}") == ["Höpper"]
    assert desk.get(f"{url}/bookings?source=channel-0").status_code == 400


@pytest.mark.parametrize(
    "asked",
    ["first=soon", "last=2026-02-30", "state=none", "source=me", "departure=9999999-01-01"],
)
def test_filters_at_fault_are_told(desk, url, booking, asked):
    answer = desk.get(f"{url}/bookings?{asked}")
    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()


def test_no_bookings_yet(desk, url):
    assert "No bookings now or to come" in desk.get(f"{url}/bookings").content.decode()
    assert "Nothing found" in desk.get(f"{url}/bookings?q=ada").content.decode()


def test_lists_ask_the_database_the_same_for_every_length(desk, url, house, actor):
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert desk.get(f"{url}/{path}").status_code == 200
        return len(found)

    paths = ("bookings", "bookings?q=lov", "guests", "guests?q=lov")
    for start in (0, 2):
        make_booking(house, actor, start=start)
    desk.get(f"{url}/bookings")  # the session remembers the house from then on
    before = [queries(path) for path in paths]
    for start in range(20, 40, 2):
        who = GuestDetails("Lovelace", f"Ada {start}", f"ada{start}@guest.example")
        make_booking(house, actor, start=start, guest=who)
    assert [queries(path) for path in paths] == before
