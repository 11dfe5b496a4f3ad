from __future__ import annotations

from decimal import Decimal

import pytest

from bookyflow.importing import values
from bookyflow.importing.addresses import Defaults, settle, split
from bookyflow.importing.amenities import amenities_of, known
from bookyflow.importing.kinds import kind
from bookyflow.importing.listings import BadRow, Place
from bookyflow.properties.models import PropertyFeature, PropertyType
from bookyflow.rooms.models import RoomType
from bookyflow.rooms.selectors import room_types_usable

MADRID = Place(Decimal("40.45724"), Decimal("-3.67688"))
NOWHERE = Place()


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("60.00", "60"),
        ("$60.00", "60"),
        ("$1,200.00", "1200"),
        ("1,234,567", "1234567"),
        ("125", "125"),
        (" 99.5 ", "99.5"),
    ],
)
def test_reads_a_price(text, amount):
    assert values.price(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "  ", "0", "$0.00"])
def test_no_price_and_zero_are_no_price(text):
    assert values.price(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("-5", "negative price"),
        ("-$5.00", "negative price"),
        ("$-5.00", "negative price"),
        ("1,20", "not an amount"),
        ("1.234,00", "not an amount"),
        ("1.005", "not an amount"),
        ("12,34,567", "not an amount"),
        ("€60", "not an amount"),
        ("60 EUR", "not an amount"),
        ("NaN", "not an amount"),
        ("1e3", "not an amount"),
        ("٣", "not an amount"),
        ("1000000000", "too high"),
    ],
)
def test_refuses_another_price(text, reason):
    with pytest.raises(BadRow, match=reason):
        values.price(text)


def test_positions_are_kept_to_a_metre():
    assert values.position("42.36413123456789", "-71.0") == (Decimal("42.36413"), Decimal(-71))
    assert values.position("", " ") == (None, None)


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        ("90.00001", "0"),
        ("0", "-180.1"),
        ("NaN", "0"),
        ("0", "Infinity"),
        ("north", "0"),
        ("1", ""),
    ],
)
def test_refuses_a_position_off_the_earth(latitude, longitude):
    with pytest.raises(BadRow, match="position"):
        values.position(latitude, longitude)


@pytest.mark.parametrize("text", ["0", "-1", "1126", "", "two", "1.5", "99999999999"])
def test_refuses_a_stay_beyond_the_limits(text):
    with pytest.raises(BadRow, match="the minimum stay"):
        values.nights(text, "the minimum stay")


def test_stays_at_the_limits():
    assert (values.nights("1", "it"), values.nights("1125", "it")) == (1, 1125)
    assert values.longest_stay("2147483647", 3) == 1125
    assert values.longest_stay("", 3) == 1125
    with pytest.raises(BadRow, match="shorter than the minimum"):
        values.longest_stay("2", 3)


@pytest.mark.parametrize("text", ["", "abc", "3.2e+17", "-1", "1" * 41, "²"])
def test_refuses_another_id(text):
    with pytest.raises(BadRow, match="id"):
        values.identity(text)


def test_a_name_is_one_line():
    assert values.name("  Back Bay, \n1 BR\t🏡 ") == "Back Bay, 1 BR 🏡"
    assert values.name("🏃\u200d♂\ufe0fWalkable\u00a0flat \u202aby\u202c\u2028the sea") == (
        "🏃\u200d♂\ufe0fWalkable\u00a0flat by the sea"
    )
    for blank in (" \n ", "\u00a0\u200b"):
        with pytest.raises(BadRow, match="no name"):
            values.name(blank)


def test_a_description_is_plain_text():
    html = "By the park.<br /><br/>a < b &amp; <b>bright</b> <i class='x'>here</i>.<br><b"

    assert values.description(html) == "By the park.\n\na < b & bright here."


@pytest.mark.parametrize("text", ["[", '{"a": 1}', "[1]", '"Wifi"'])
def test_refuses_amenities_that_are_no_list_of_names(text):
    with pytest.raises(BadRow, match="amenities"):
        values.names(text)


@pytest.mark.parametrize(
    ("name", "features"),
    [
        ("Wifi", {"Wifi"}),
        ("  pocket   WIFI ", {"Wifi"}),
        ('32" HDTV with Chromecast', {"Television"}),
        ("Wifi \u2013 600 Mbps", {"Wifi"}),
        ("Children\u2019s books and toys", {"Children\u2019s books and toys"}),
        ("Pack \u2019n Play/travel crib", {"Cot"}),
        ("Washer / Dryer", {"Washing machine", "Tumble dryer"}),
        ("Free washer\u2013In unit", {"Washing machine"}),
        ("Acme stainless steel oven", {"Oven"}),
        ("Clothing storage: dresser and closet", {"Wardrobe"}),
        ("Paid parking garage off premises \u2013 EUR28 per day", {"Parking nearby"}),
        ("Free parking garage on premises", {"Parking"}),
        ("Outdoor shower", {"Shower"}),
        ("Hair dryer", {"Hairdryer"}),
        ("Fireplace guards", {"Child safety fittings"}),
        ("Klimaanlage", {"Air conditioning"}),
        ("Lave-linge", {"Washing machine"}),
        ("Piscina", {"Pool"}),
    ],
)
@pytest.mark.django_db
def test_amenities_become_features(name, features):
    offered = amenities_of([name])

    names = PropertyFeature.objects.filter(pk__in=offered.features).values_list("name", flat=True)
    assert (set(names), offered.unknown, offered.other) == (features, (), ())


def test_what_is_no_amenity_or_unknown_is_named_once():
    offered = amenities_of(
        ["Wifi", "Moon base", "Long term stays allowed", "Moon base", "No kitchen", " Wifi"]
    )

    assert offered.features == (77,)
    assert offered.unknown == ("Moon base", "No kitchen")
    assert offered.other == ("Long term stays allowed",)


@pytest.mark.django_db
def test_every_known_amenity_is_a_seeded_feature():
    meant = {feature for features in known().values() for feature in features}

    seeded = PropertyFeature.objects.filter(property=None).values_list("pk", flat=True)
    assert meant == set(seeded)


@pytest.mark.parametrize(
    ("room_type", "property_type", "guests", "bedrooms", "names"),
    [
        ("Entire home/apt", "", 2, 1, ("Apartment", "1 bedroom")),
        ("Entire home/apt", "Entire loft", 4, 2, ("Apartment", "2 bedrooms")),
        ("Entire home/apt", "Entire condominium", 4, 9, ("Apartment", "6+ bedrooms")),
        ("Entire home/apt", "Entire house", 6, 3, ("Villa", "3 bedrooms")),
        ("Entire home/apt", "Entire villa", 9, 5, ("Villa", "5 bedrooms")),
        ("Entire home/apt", "Tiny house", 2, 1, ("Cottage", "1 bedroom")),
        ("Entire home/apt", "Entire cottage", 2, 1, ("Cottage", "1 bedroom")),
        ("Entire home/apt", "Houseboat", 4, 2, ("Yacht", "4 berth")),
        ("Entire home/apt", "Camper/RV", 5, 1, ("Camp site", "Tent pitch for 6+")),
        ("Private room", "Private room in house", 1, 1, ("Bed and breakfast", "Single")),
        ("Private room", "", 2, 1, ("Bed and breakfast", "Double")),
        ("Private room", "Room in boutique hotel", 3, 1, ("Hotel", "Triple")),
        ("Hotel room", "", 2, 1, ("Hotel", "Double")),
        ("Hotel room", "Room in serviced apartment", 4, 1, ("Hotel", "Family room")),
        ("Shared room", "", 1, 1, ("Bed and breakfast", "Dormitory bed")),
        (" ENTIRE HOME/APT ", "", 2, 1, ("Apartment", "1 bedroom")),
    ],
)
@pytest.mark.django_db
def test_kinds(room_type, property_type, guests, bedrooms, names):
    type_id, room_type_id = kind(room_type, property_type, guests=guests, bedrooms=bedrooms)
    found = PropertyType.objects.get(pk=type_id)

    assert (found.name, RoomType.objects.get(pk=room_type_id).name) == names
    assert room_types_usable(property_type=found).filter(pk=room_type_id).exists()


def test_refuses_an_unknown_room_type():
    with pytest.raises(BadRow, match="unknown room type 'castle'"):
        kind("Castle", "", guests=2, bedrooms=1)


def test_a_named_place_counts_only_with_its_country():
    assert split("Madrid, Comunidad de Madrid, Spain") == ("Madrid", "Comunidad de Madrid", "Spain")
    assert split("Boston, Massachusetts, United States") == (
        "Boston",
        "Massachusetts",
        "United States",
    )
    assert split("Madrid, Spain") == ("Madrid", "", "Spain")
    assert split("London, England, UK") == ("London", "England", "UK")
    assert split("Los Angeles, CA") == ("", "", "")  # a state, and not Canada
    assert split("East Boston") == split("") == split("Here, there") == ("", "", "")


def test_an_address_takes_what_the_row_says_first():
    place = Place(
        MADRID.latitude,
        MADRID.longitude,
        district="Sol",
        town="Madrid",
        region="Comunidad de Madrid",
        country="Spain",
    )

    address = settle(place, Defaults(country="US", region="US-MA", town="Boston"))

    assert (address.country, address.region, address.town, address.street) == (
        "ES",
        "ES-MD",
        "Madrid",
        "Sol",
    )
    assert address.currency == "EUR"


@pytest.mark.parametrize(
    ("text", "country"), [("UK", "GB"), ("EL", "GR"), ("USA", "US"), ("Kosovo", "XK"), ("CA", "ES")]
)
def test_a_country_is_known_by_name_and_by_what_is_no_state(text, country):
    assert settle(Place(country=text), Defaults(country="ES")).country == country


def test_an_address_takes_the_rest_from_who_imports():
    place = Place(Decimal("42.36"), Decimal("-71.03"), district="East Boston")
    defaults = Defaults(country="US", region="US-MA", town="Boston")

    address = settle(place, defaults)
    without_town = settle(place, Defaults(country="US", currency="EUR"))

    assert (address.region, address.town, address.street) == ("US-MA", "Boston", "East Boston")
    assert (address.currency, without_town.currency) == ("USD", "EUR")
    assert (without_town.region, without_town.town, without_town.street) == ("", "East Boston", "")


def test_a_country_must_be_known():
    with pytest.raises(BadRow, match="give --country"):
        settle(MADRID, Defaults())
    with pytest.raises(BadRow, match="give --currency"):
        settle(MADRID, Defaults(country="AQ"))


def test_a_property_in_bulgaria_is_priced_in_euros():
    assert settle(NOWHERE, Defaults(country="BG")).currency == "EUR"
