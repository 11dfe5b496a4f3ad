from __future__ import annotations

from importlib import import_module

import pytest
from django.conf import settings

from bookyflow.core.seeded_names import name_in, seeded_names
from bookyflow.properties.models import (
    FeatureCategory,
    PropertyCategory,
    PropertyFeature,
    PropertyType,
)
from bookyflow.rooms.models import RoomType

KINDS = {
    "property_type": (PropertyType.objects, "name", 100),
    "property_category": (PropertyCategory.objects, "title", 100),
    "feature_category": (FeatureCategory.objects, "name", 1000),
    "feature": (PropertyFeature.objects.filter(property=None), "name", 1000),
    "room_type": (RoomType.objects.filter(property=None), "name", 1000),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.django_db
def test_what_is_seeded_has_a_name_in_every_language(kind):
    rows, name, last = KINDS[kind]
    seeded = dict(rows.filter(pk__lte=last).values_list("pk", name))
    names = seeded_names(kind)

    assert {pk: known["en"] for pk, known in names.items()} == seeded
    for known in names.values():
        assert known.keys() == dict(settings.LANGUAGES).keys()
        assert all(text and text == text.strip() for text in known.values())


@pytest.mark.parametrize(
    ("language", "name", "shown"),
    [
        ("de-AT", "Pool", "Schwimmbad"),
        ("fr", "Pool", "Piscine"),
        ("en-GB", "Pool", "Pool"),
        ("nl-NL", "Pool", "Pool"),
        ("de-AT", "Our pool", "Our pool"),
    ],
)
def test_a_name_that_a_site_has_changed_stays(language, name, shown):
    assert name_in(language, kind="feature", pk=58, name=name) == shown
    assert name_in(language, kind="feature", pk=1058, name=name) == name


def test_a_site_that_has_an_entry_of_the_name_already_keeps_it():
    seeding = import_module("bookyflow.properties.migrations.0005_amenities")

    assert seeding.free("Kitchen", {"Pool"}) == "Kitchen"
    assert seeding.free("Kitchen", {"Kitchen", "Kitchen *"}) == "Kitchen * *"
