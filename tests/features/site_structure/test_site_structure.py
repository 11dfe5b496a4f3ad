from __future__ import annotations

import pytest

from bookyflow.properties.models import (
    FeatureCategory,
    PropertyCategory,
    PropertyFeature,
    PropertyType,
)
from bookyflow.rooms.models import RoomType
from tests.examples import example

pytestmark = pytest.mark.django_db
API = "/bookyflow/api/site_structure"
KEYS = {
    "room_types": "room_types",
    "property_types": "all_property_types",
    "property_features": "property_features",
    "property_features_categories": "property_features_categories",
    "countries": "countries",
    "regions": "regions",
    "categories": "categories",
}


def found(anonymous, name, *, language="", **headers):
    response = anonymous.get(f"{API}/{name}{language}", **headers)

    assert response.status_code == 200
    assert response["Access-Control-Allow-Origin"] == "*"
    return response.json()["data"][KEYS[name]]


@pytest.fixture
def described(hotel):
    """The entries of the examples, as these have them; others beside them."""
    RoomType.objects.filter(pk=27).update(description="Sleeps four")
    RoomType.objects.create(name="Bell tower", property=hotel)
    near = PropertyFeature.objects.get(pk=3)
    near.description = "At most half an hour away"
    near.save()
    near.property_types.set([5, 1])
    PropertyFeature.objects.create(name="Bells", property=hotel)
    PropertyCategory.objects.filter(pk=1).update(description="By the night or the week")
    PropertyType.objects.create(name="Castle", is_published=False)


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.usefixtures("described")
def test_lists_what_the_site_has(anonymous, name):
    shown = example(f"site_structure.{name}").answer
    listed = found(anonymous, name)

    assert {key: listed[key] for key in shown} == shown
    assert not {"Bell tower", "Bells", "Castle"} & set(map(str, values(listed)))


def values(listed):
    """All texts of a list."""
    for item in listed.values():
        yield from item.values() if isinstance(item, dict) else [item]


@pytest.mark.parametrize(
    ("name", "key", "field", "german", "french"),
    [
        ("room_types", "27", "room_class_abbv", "Familienzimmer", "Chambre familiale"),
        ("property_types", "7", None, "Ferienwohnung", "Appartement"),
        ("property_features", "82", "abbv", "Klimaanlage", "Climatisation"),
        ("property_features", "82", "cat_title", "Heizung und Kühlung", None),
        ("property_features_categories", "12", "title", "Küche", "Cuisine"),
        ("countries", "DE", "countryname", "Deutschland", "Allemagne"),
        ("regions", "4171269", "regionname", "Bayern", "Bavière"),
        ("categories", "2", "title", "Touren", "Excursions"),
    ],
)
def test_names_are_in_the_language_asked_for(anonymous, name, key, field, german, french):
    def named(**asked):
        item = found(anonymous, name, **asked)[key]
        return item[field] if field else item

    assert named(language="/de") == named(language="?language=de-AT") == german
    assert named(language="/de-DE", HTTP_ACCEPT_LANGUAGE="fr") == german
    if french:
        assert named(HTTP_ACCEPT_LANGUAGE="fr") == french


def test_lists_are_in_the_order_of_their_names(anonymous):
    assert len(found(anonymous, "countries")) == 250
    german = found(anonymous, "countries", language="/de")
    keys = list(german)
    assert keys.index("AT") > keys.index("MM")  # Myanmar, Österreich, Osttimor
    assert keys.index("AT") < keys.index("TL")
    assert next(iter(found(anonymous, "property_types", language="/de"))) == "3"
    regions = found(anonymous, "regions")
    assert len(regions) > 5000
    assert [one["countrycode"] for one in regions.values()] == sorted(
        one["countrycode"] for one in regions.values()
    )


def test_what_a_site_has_renamed_or_added_keeps_its_name(anonymous):
    PropertyFeature.objects.filter(pk=58).update(name="Infinity pool", category=None)
    made = PropertyFeature.objects.create(name="Bell tower", include_in_filters=False)
    listed = found(anonymous, "property_features", language="/de")

    assert listed["58"]["abbv"] == "Infinity pool"
    assert (listed["58"]["cat_id"], listed["58"]["cat_title"]) == (0, "")
    assert (listed[str(made.pk)]["abbv"], listed[str(made.pk)]["include_in_filters"]) == (
        "Bell tower",
        0,
    )


def test_a_site_without_entries_has_empty_maps(anonymous):
    for model in (RoomType, PropertyFeature, FeatureCategory, PropertyCategory, PropertyType):
        model.objects.all().delete()

    for name in KEYS.keys() - {"countries", "regions"}:
        assert found(anonymous, name) == {}


@pytest.mark.parametrize("name", KEYS)
def test_costs_no_more_for_more_rows(anonymous, name, django_assert_max_num_queries):
    counts = []
    for number in range(2):
        with django_assert_max_num_queries(3) as queries:
            found(anonymous, name)
        counts.append(len(queries))
        kinds = [PropertyType.objects.create(name=f"Kind {number} {n}") for n in range(20)]
        for kind in kinds:
            RoomType.objects.create(name=kind.name).property_types.add(kind)
            PropertyFeature.objects.create(name=kind.name).property_types.add(kind)
            PropertyCategory.objects.create(title=kind.name)

    assert counts[0] == counts[1]


@pytest.mark.parametrize("language", ["deutsch", "de-", "1"])
def test_a_segment_that_is_no_language_is_no_path(anonymous, language):
    assert anonymous.get(f"{API}/countries/{language}").status_code == 404
