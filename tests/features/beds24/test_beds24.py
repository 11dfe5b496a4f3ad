from __future__ import annotations

import pytest

from bookyflow.channels.models import Channel, ChannelProperty
from bookyflow.events.models import Event
from bookyflow.properties.models import Property
from tests.conftest import make_hotel
from tests.domain.conftest import at_once
from tests.examples import example
from tests.features.conftest import problem, queries

pytestmark = pytest.mark.django_db

BASE = "/bookyflow/api/beds24/property_uid"


@pytest.fixture
def client(client_for):
    """A manager who may read and change properties."""
    return client_for("content_get content_set")


def link(client, beds24_id, prop):
    return client.put(f"{BASE}/{beds24_id}", {"property_uid": prop.pk})


def found(client, beds24_id):
    answer = client.get(f"{BASE}/{beds24_id}")
    assert answer.status_code == 200
    return answer.json()["data"]["property_uid"]


def test_a_linked_property_is_found(client, hotel, manager):
    beds24_id = example("beds24.property_uid").parameters["id"]

    answers = [link(client, beds24_id, hotel).json()["data"] for _ in range(2)]

    assert answers == [{"property_uid": hotel.pk}] * 2
    assert found(client, beds24_id) == found(client, f"{beds24_id}/") == hotel.pk
    kept = ChannelProperty.objects.get()
    assert (kept.channel.user, kept.channel.name) == (manager, "beds24")
    event = Event.objects.get()
    assert (event.kind, event.data["names"]) == ("property_updated", ["beds24_id"])
    assert queries(client, f"{BASE}/{beds24_id}") <= 6


def test_a_property_that_beds24_has_made_itself_is_found(client, client_for, hotel, channel):
    Channel.objects.update(name="beds24")
    ChannelProperty.objects.create(channel=channel, property=hotel, remote_id="77")

    assert found(client, "77") == hotel.pk


@pytest.mark.parametrize("unknown", ["1", "0", "x" * 300, "é", "%20", "1%3B--"])
def test_0_means_no_link(client, hotel, unknown):
    link(client, "260511", hotel)

    assert found(client, unknown) == 0


def test_only_properties_of_ones_reach_are_told(client, client_for, hotel, stranger):
    theirs = make_hotel(stranger, name="Other")
    other = client_for("content_get content_set", user=stranger)
    link(other, "77", theirs)

    assert (found(client, "77"), found(other, "77")) == (0, theirs.pk)
    link(client, "77", hotel)
    assert (found(client, "77"), found(other, "77")) == (hotel.pk, theirs.pk)
    Property.objects.filter(pk=hotel.pk).update(deleted_at="2027-01-01T00:00Z")
    assert found(client, "77") == 0


def test_of_two_links_ones_own_comes_first(client, client_for, hotel, receptionist, stranger):
    shared = make_hotel(stranger, receptionist, name="Other")
    link(client_for("content_set", user=stranger), "77", shared)
    reader = client_for("content_get", user=receptionist)
    assert found(reader, "77") == shared.pk

    own = Channel.objects.create(user=receptionist, name="beds24", friendly_name="Beds24")
    ChannelProperty.objects.create(channel=own, property=hotel, remote_id="77")

    assert found(reader, "77") == hotel.pk


def test_another_id_takes_the_place_of_the_one_before(client, hotel, manager):
    other = make_hotel(manager, name="Other")
    link(client, "77", hotel)

    assert problem(link(client, "77", other)) == (409, "remote_id_already_exists", [])
    assert link(client, "78", hotel).status_code == link(client, "77", other).status_code == 200
    assert [found(client, one) for one in ("77", "78")] == [other.pk, hotel.pk]
    assert Event.objects.count() == 3


def test_a_deleted_property_keeps_no_id(client, hotel, manager):
    link(client, "77", hotel)
    Property.objects.filter(pk=hotel.pk).update(deleted_at="2027-01-01T00:00Z")
    other = make_hotel(manager, name="Other")

    assert link(client, "77", other).status_code == 200
    assert found(client, "77") == other.pk


@pytest.mark.parametrize("beds24_id", ["x" * 256, "%20", "a%E2%80%A8b", "a%07b"])
def test_what_is_no_id_is_not_linked(client, hotel, beds24_id):
    assert problem(link(client, beds24_id, hotel)) == (400, "validation_failed", ["id"])
    assert not Channel.objects.exists()


@pytest.mark.parametrize("bad", [None, 0, -1, "x", 2**63, True, [1]])
def test_what_is_no_property(client, hotel, bad):
    answer = client.put(f"{BASE}/77", {"property_uid": bad})

    assert problem(answer) == (400, "validation_failed", ["property_uid"])


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_gets_the_id(client, hotel, manager):
    hotels = [hotel, make_hotel(manager, name="Other")]

    answers = at_once(2, lambda number: link(client, "77", hotels[number]).status_code)

    assert sorted(answers) == [200, 409]
    assert ChannelProperty.objects.get().remote_id == "77"


def test_a_receptionist_looks_up_and_links_nothing(client_for, receptionist, hotel):
    client = client_for("properties_get properties_set", user=receptionist)

    assert found(client, "77") == 0
    assert problem(link(client, "77", hotel))[:2] == (403, "scope_missing")
