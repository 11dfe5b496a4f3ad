"""The time zone of a property follows its place, until somebody has set one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bookyflow.core.acting import SYSTEM
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.properties.bulk import PropertyChange, properties_change
from bookyflow.properties.editing import property_change
from bookyflow.properties.locking import properties_lock
from bookyflow.properties.models import Property, PropertySettings
from bookyflow.properties.services import property_create
from bookyflow.property_lifecycle.publication import property_publish
from bookyflow.property_settings.services import settings_save
from bookyflow.property_settings.values import settings_values
from tests.domain.properties.conftest import furnish, kinds

pytestmark = pytest.mark.django_db

NASHVILLE = {"latitude": Decimal("36.16"), "longitude": Decimal("-86.78")}
EL_PASO = {"latitude": Decimal("31.76"), "longitude": Decimal("-106.49")}
VIENNA = {"latitude": Decimal("48.2"), "longitude": Decimal("16.37")}


@pytest.fixture
def create(manager):
    """Add a property of the manager."""

    def make(country, **details):
        facts = {"owner_id": manager.pk, "name": "Inn", "property_type_id": 1, "by": SYSTEM}
        return property_create(**facts, country=country, **details)

    return make


def zone(prop) -> tuple[str, bool]:
    """The time zone as it is stored, and whether somebody has set it."""
    return PropertySettings.objects.values_list("time_zone", "time_zone_given").get(pk=prop.pk)


def test_a_new_property_has_the_zone_of_its_country_or_of_its_position(create):
    assert zone(create("JP")) == ("Asia/Tokyo", False)
    assert zone(create("US", **NASHVILLE)) == ("America/Chicago", False)
    assert zone(create("US")) == ("", False)


def test_a_zone_that_is_named_comes_first(create):
    named = create("US", settings={"time_zone": "America/Denver"}, **NASHVILLE)

    assert zone(named) == ("America/Denver", True)


def test_the_zone_is_found_when_the_position_arrives(create):
    prop = create("US")

    property_change(property_id=prop.pk, values=NASHVILLE, by=SYSTEM)

    assert zone(prop) == ("America/Chicago", False)
    assert kinds(prop) == [
        "property_created",
        "property_updated",
        "property_settings_updated",
    ]
    assert Event.objects.last().data == {"names": ["time_zone"]}


def test_the_zone_follows_when_the_place_changes(create):
    prop = create("US", **NASHVILLE)

    property_change(property_id=prop.pk, values=EL_PASO, by=SYSTEM)
    moved = zone(prop)
    property_change(property_id=prop.pk, values={"country": "AT"} | VIENNA, by=SYSTEM)

    assert (moved, zone(prop)) == (("America/Denver", False), ("Europe/Vienna", False))


def test_a_zone_that_a_manager_has_set_stays(create):
    prop = create("US", **NASHVILLE)
    settings_save(prop=prop, values={"time_zone": "America/New_York"}, by=SYSTEM)

    property_change(property_id=prop.pk, values=EL_PASO, by=SYSTEM)

    assert zone(prop) == ("America/New_York", True)


def test_an_emptied_zone_follows_the_place_again(create):
    prop = create("US", settings={"time_zone": "America/New_York"}, **NASHVILLE)

    assert settings_save(prop=prop, values={"time_zone": ""}, by=SYSTEM) == ["time_zone"]
    property_change(property_id=prop.pk, values=EL_PASO, by=SYSTEM)

    assert zone(prop) == ("America/Denver", False)


def test_an_emptied_zone_stays_while_the_place_does_not_tell(create):
    prop = create("NZ", settings={"time_zone": "Pacific/Auckland"})

    settings_save(prop=prop, values={"time_zone": ""}, by=SYSTEM)
    stays = zone(prop)
    property_change(
        property_id=prop.pk,
        values={"latitude": Decimal("-43.95"), "longitude": Decimal("-176.56")},
        by=SYSTEM,
    )

    assert (stays, zone(prop)) == (("Pacific/Auckland", False), ("Pacific/Chatham", False))


def test_sending_the_zone_that_was_read_sets_none(create):
    prop = create("US", **NASHVILLE)

    for sent in (settings_values(prop)["time_zone"], ""):
        assert settings_save(prop=prop, values={"time_zone": sent}, by=SYSTEM) == []

    assert zone(prop) == ("America/Chicago", False)
    assert "property_settings_updated" not in kinds(prop)
    assert "time_zone_given" not in settings_values(prop)


def test_a_change_of_something_else_asks_no_map(create):
    prop = create("US", **NASHVILLE)
    PropertySettings.objects.filter(pk=prop.pk).update(time_zone="America/Boise")

    property_change(property_id=prop.pk, values={"town": "Nashville"}, by=SYSTEM)

    assert zone(prop) == ("America/Boise", False)


def test_a_position_that_does_not_tell_keeps_the_zone(create):
    prop = create("US", **NASHVILLE)

    property_change(property_id=prop.pk, values={"latitude": None, "longitude": None}, by=SYSTEM)

    assert zone(prop) == ("America/Chicago", False)


def test_another_country_that_does_not_tell_ends_it(create):
    prop = create("AT")

    property_change(property_id=prop.pk, values={"country": "NZ"}, by=SYSTEM)

    assert zone(prop) == ("", False)


def test_a_published_property_does_not_lose_its_zone(hotel):
    PropertySettings.objects.update(time_zone="Europe/London", time_zone_given=False)

    with pytest.raises(DomainError) as moved:
        property_change(property_id=hotel.pk, values={"country": "NZ"}, by=SYSTEM)
    Property.objects.update(country="NZ")
    with pytest.raises(DomainError) as emptied:
        settings_save(prop=hotel, values={"time_zone": ""}, by=SYSTEM)

    assert moved.value.key == "time_zone_needed"
    assert emptied.value.fields == {"time_zone": ["A published property needs one."]}
    assert zone(hotel) == ("Europe/London", False)


def test_once_the_zone_is_known_the_property_is_published(hotel):
    furnish(hotel)
    Property.objects.update(is_published=False, country="NZ")
    PropertySettings.objects.update(time_zone="", time_zone_given=False)
    with pytest.raises(DomainError, match="time_zone_needed"):
        property_publish(prop=hotel, by=SYSTEM)

    settings_save(prop=hotel, values={"time_zone": "Pacific/Auckland"}, by=SYSTEM)
    property_publish(prop=hotel, by=SYSTEM)

    assert Property.objects.get().is_published


def test_properties_that_are_changed_together_follow_their_places(create):
    moved, named, other = (
        create("US", **NASHVILLE),
        create("US", settings={"time_zone": "America/New_York"}, **NASHVILLE),
        create("US", **NASHVILLE),
    )
    locked = properties_lock(Property.objects.all())

    properties_change(
        changes=[
            PropertyChange(locked[moved.pk], EL_PASO),
            PropertyChange(locked[named.pk], EL_PASO),
            PropertyChange(locked[other.pk], {"town": "Nashville"}),
        ],
        language="en-GB",
        by=SYSTEM,
    )

    assert [zone(one)[0] for one in (moved, named, other)] == [
        "America/Denver",
        "America/New_York",
        "America/Chicago",
    ]
