"""How far properties have come, and their way to the visitors."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookyflow.accounts.site import site_settings_save
from bookyflow.channels.models import Channel, ChannelProperty
from bookyflow.core.acting import SYSTEM
from bookyflow.events.models import Event
from bookyflow.pictures.models import Image
from bookyflow.properties.models import Property, PropertySettings
from bookyflow.property_lifecycle.publication import PropertyStatus
from tests.conftest import make_hotel
from tests.examples import example
from tests.features.cmf.conftest import BASE, refusal, shown, value

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(priced):
    """The hotel with all it needs, not published and not looked at yet."""
    Property.objects.filter(pk=priced.pk).update(street="Quay Street", is_published=False)
    Image.objects.create(property=priced, kind=Image.Kind.MAIN, file="x.jpg")
    Event.objects.all().delete()
    return priced


def put(client, call, prop=None, **more):
    body = {"property_uid": prop.pk} if prop else {}
    return client.put(BASE + call, body, **more)


def state(prop, **flags):
    Property.objects.filter(pk=prop.pk).update(
        **{f"is_{name}": flag for name, flag in flags.items()}
    )


def kinds():
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("published", "complete", "approved", "expected"),
    [(1, 1, 1, 1), (1, 0, 1, 1), (0, 1, 1, 2), (0, 1, 0, 3), (0, 0, 0, 4), (0, 0, 1, 5)],
)
def test_a_status_for_every_state(ota, hotel, published, complete, approved, expected):
    state(hotel, published=published, complete=complete, approved=approved)

    status = value(ota.get(f"{BASE}property/status/{hotel.pk}"))

    assert status == {"status_code": expected, "status_text": PropertyStatus(expected).label}
    assert value(ota.get(f"{BASE}properties/statuses")) == [status | {"property_uid": hotel.pk}]
    if expected == 2:
        assert status == example("cmf.property_status").answer


def test_statuses_are_those_of_linked_properties(ota, client_for, channel, hotel, manager):
    opened = make_hotel(manager, name="Open to all")
    PropertySettings.objects.filter(property=opened).update(api_privacy_off=True)

    found = value(ota.get(f"{BASE}properties/statuses"))

    assert found == shown("properties_statuses", property_uid=hotel.pk)
    ChannelProperty.objects.all().delete()
    assert value(ota.get(f"{BASE}properties/statuses")) == []


def test_lists_take_the_same_few_statements(ota, manager, linked):
    counts = {}
    for number in (2, 20):
        for one in range(number):
            prop = make_hotel(manager, name=f"Hotel {number} {one}")
            ChannelProperty.objects.create(channel=linked, property=prop)
        for path in ("properties/statuses", "properties/list/by/date"):
            with CaptureQueriesContext(connection) as captured:
                value(ota.get(BASE + path))
            counts.setdefault(path, []).append(len(captured))

    assert all(few == many <= 6 for few, many in counts.values())


class TestReview:
    def test_tells_what_is_missing(self, ota, hotel):
        Property.objects.filter(pk=hotel.pk).update(street="Quay Street")

        answer = value(put(ota, "property/status/review", hotel))

        assert answer == shown("put_property_status_review")

    def test_a_complete_property_is_one_from_then_on(self, ota, linked, ready):
        answer = value(put(ota, "property/status/review", ready))
        again = value(put(ota, "property/status/review", ready))

        assert answer == again == {"property_complete": True, "warnings": []}
        assert list(Event.objects.values_list("kind", "channel_id")) == [
            ("property_completed", linked.pk)
        ]

    def test_that_the_approval_is_missing_comes_last(self, ota, ready):
        state(ready, approved=False)

        answer = value(put(ota, "property/status/review", ready))

        assert answer["property_complete"]
        assert answer["warnings"] == ["The property has all it needs, and waits for its approval."]
        ready.rooms.all().delete()
        Image.objects.all().delete()
        assert len(value(put(ota, "property/status/review", ready))["warnings"]) == 2

    def test_a_strict_site_unpublishes_what_lacks_something(self, ota, ready):
        site_settings_save(values={"unpublishes_incomplete": True}, by=SYSTEM)
        state(ready, published=True, complete=True)
        Image.objects.all().delete()

        answer = value(put(ota, "property/status/review", ready))

        assert answer == {
            "property_complete": False,
            "warnings": ["No main picture has been uploaded yet."],
        }
        assert kinds() == ["property_incompleted", "property_unpublished"]


class TestPublishing:
    def test_publishes_and_takes_back(self, ota, ready):
        state(ready, complete=True)

        answer = value(put(ota, "property/publish", ready))

        assert answer == example("cmf.put_property_publish").answer
        again = value(put(ota, "property/publish", ready))
        assert (again["published"], again["property_status_response_code"]) == (True, 1)
        assert value(put(ota, "property/unpublish", ready)) is True
        assert value(put(ota, "property/unpublish", ready)) is True
        assert kinds() == ["property_published", "property_unpublished"]

    def test_it_is_looked_at_anew(self, ota, ready):
        assert value(put(ota, "property/publish", ready))["property_status_response_code"] == 5
        assert kinds() == ["property_completed", "property_published"]

    def test_what_is_missing_is_told(self, ota, ready):
        ready.rooms.all().delete()

        refused = put(ota, "property/publish", ready)

        assert refusal(refused) == (409, "property_incomplete", ["rooms"])

    def test_a_time_zone_is_needed(self, ota, ready):
        PropertySettings.objects.update(time_zone="")

        assert refusal(put(ota, "property/publish", ready)) == (
            409,
            "time_zone_needed",
            ["time_zone"],
        )

    def test_an_approval_is_needed(self, ota, ready):
        state(ready, approved=False)

        assert refusal(put(ota, "property/publish", ready)) == (409, "property_not_approved", [])

    def test_a_manager_is_needed(self, client_for, super_manager, ready, manager):
        channel = Channel.objects.create(user=super_manager, name="ota", friendly_name="O")
        ChannelProperty.objects.create(channel=channel, property=ready)
        client = client_for("channel_management", user=super_manager, channel="ota")
        manager.is_suspended = True
        manager.save()

        assert refusal(put(client, "property/publish", ready)) == (409, "manager_suspended", [])

    @pytest.mark.parametrize("call", ["publish", "unpublish", "status/review"])
    def test_a_version_that_is_over_is_refused(self, ota, ready, call):
        stale = put(ota, f"property/{call}", ready, headers={"If-Match": '"v99"'})

        assert refusal(stale) == (412, "precondition_failed", [])

    def test_publishes_all_that_are_ready(self, ota, linked, manager, ready):
        opened = make_hotel(manager, name="Open", is_published=False)
        PropertySettings.objects.filter(property=opened).update(api_privacy_off=True)
        bare = make_hotel(manager, name="Bare", is_published=False)
        ChannelProperty.objects.create(channel=linked, property=bare)

        assert value(put(ota, "properties/publish")) == [ready.pk]
        assert value(put(ota, "properties/publish")) == []
        assert kinds() == ["property_completed", "property_published"]
