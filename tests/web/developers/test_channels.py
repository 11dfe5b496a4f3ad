"""Channels in the pages."""

from __future__ import annotations

import itertools

import pytest

from bookyflow.channels.models import (
    Channel,
    ChannelProperty,
    CrossReference,
    DictionaryMap,
    DictionaryMapping,
    RevisionFeed,
)
from bookyflow.channels.revisions import Backlog, backlogs, revisions_acknowledge
from bookyflow.core.acting import SYSTEM
from bookyflow.events.models import Event, EventKind
from bookyflow.events.services import record
from bookyflow.guests.models import Guest
from bookyflow.properties.selectors import Reach
from bookyflow.reservations.models import Booking, BookingState
from tests.features.webhooks.conftest import numbered
from tests.web.developers.conftest import called

pytestmark = pytest.mark.django_db
CHANNELS = "/bookyflow/developers/channels"
NUMBERS = itertools.count(1)


@pytest.fixture
def linked(channel, hotel):
    return ChannelProperty.objects.create(channel=channel, property=hotel, remote_id="H-1")


@pytest.fixture
def booked(hotel):
    """Have a booking made; the position of its event."""

    def book(**changes):
        booking = Booking.objects.create(
            property=hotel,
            arrival="2030-01-01",
            departure="2030-01-03",
            departs_on="2030-01-03",
            currency="EUR",
            state=BookingState.CONFIRMED,
            number=str(next(NUMBERS)),
            guest=Guest.objects.create(property=hotel, surname="Lovelace"),
            **changes,
        )
        pk = record(
            EventKind.BOOKING_ADDED,
            by=SYSTEM,
            property_id=hotel.pk,
            subject=("booking", booking.pk),
        )
        numbered()
        return Event.objects.get(pk=pk).position

    return book


def test_a_list_of_none_says_what_a_channel_is(signed_in):
    assert b"announces itself by its first call" in signed_in.get(CHANNELS).content


def test_own_channels_are_listed_with_their_last_call(
    signed_in, client_of, channel, linked, key, other_manager, super_manager
):
    theirs = Channel.objects.create(user=other_manager, name="b", friendly_name="B")
    entry = called(key, channel_id=channel.pk, status=409)
    called(key)

    (row,) = signed_in.get(CHANNELS).context["rows"]

    assert (row.channel, row.channel.link_count, row.call) == (channel, 1, entry)
    assert row.backlog is None
    every = client_of(super_manager).get(CHANNELS).context["rows"]
    assert {one.channel for one in every} == {channel, theirs}


def test_what_waits_to_be_acknowledged_is_counted(signed_in, channel, linked, booked, manager):
    first, second = booked(), booked()
    assert backlogs(channel_ids=[channel.pk]) == {}
    reach = Reach(manager.pk, manager.access_level, 0, all_properties=True, is_test=False)

    revisions_acknowledge(channel_id=channel.pk, reach=reach, revisions=[second])
    waiting = backlogs(channel_ids=[channel.pk])[channel.pk]
    page = signed_in.get(f"{CHANNELS}/{channel.pk}")

    assert waiting.count == 1
    assert [one.number for one in page.context["waiting"]] == [first]
    revisions_acknowledge(channel_id=channel.pk, reach=reach, revisions=[first])
    assert backlogs(channel_ids=[channel.pk]) == {channel.pk: Backlog()}


def test_what_is_not_within_reach_any_more_is_not_waited_for(channel, linked, booked, manager):
    RevisionFeed.objects.create(channel=channel)
    booked()
    assert backlogs(channel_ids=[channel.pk])[channel.pk].count == 1

    manager.access.all().delete()

    assert backlogs(channel_ids=[channel.pk]) == {channel.pk: Backlog()}


def test_a_channel_shows_its_mappings_and_properties(signed_in, channel, linked, hotel):
    CrossReference.objects.create(
        channel=channel, property=hotel, item_type="extra", remote_id="x", local_id=1
    )
    mapping = DictionaryMap.objects.create(channel=channel, local_type="rmtype")
    for number, local in (("1", 7), ("2", None)):
        DictionaryMapping.objects.create(
            map=mapping, remote_id=number, remote_type="rooms", local_id=local
        )

    page = signed_in.get(f"{CHANNELS}/{channel.pk}").content.decode()

    assert "1 mapped, 1 without ours" in page
    assert "1 id of its own" in page
    assert "H-1" in page


def test_the_list_costs_the_same_for_more(
    signed_in, channel, manager, django_assert_max_num_queries
):
    with django_assert_max_num_queries(20) as few:
        signed_in.get(CHANNELS)
    for number in range(10):
        Channel.objects.create(user=manager, name=str(number), friendly_name=str(number))
    with django_assert_max_num_queries(len(few)):
        signed_in.get(CHANNELS)


def test_who_may_look(client, client_of, channel, other_manager, receptionist):
    path = f"{CHANNELS}/{channel.pk}"

    assert client.get(path)["Location"].startswith("/bookyflow/sign-in")
    assert client_of(other_manager).get(path).status_code == 404
    assert client_of(receptionist).get(path).status_code == 403
