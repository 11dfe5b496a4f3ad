from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bookyflow.core.acting import SYSTEM
from bookyflow.core.places import region_number
from bookyflow.pictures.images import image_add
from bookyflow.pictures.models import Image
from bookyflow.properties.models import (
    BookingModel,
    Property,
    PropertyText,
    PropertyType,
)
from bookyflow.property_lifecycle.suspension import user_suspend
from bookyflow.tariffs.models import ChildRate
from tests.conftest import make_hotel
from tests.domain.reservations.conftest import price, settle
from tests.examples import as_shown, example
from tests.features.booking.conftest import GUEST
from tests.pictures import picture

pytestmark = pytest.mark.django_db
API = "/bookyflow/api/search"
OWN = ("property_uid", "large", "medium", "small", "property_details_page", "bookthis_link")
ROOM = ("room_type_uid", "tariff_type_uid")


@pytest.fixture
def double(hotel):
    return hotel.rooms.first().room_type


@pytest.fixture
def house(hotel, double, settings, tmp_path):
    """The property of the examples."""
    settings.MEDIA_ROOT = tmp_path
    settings.PROPERTY_PAGE_URL = "https://www.stay.example/places/{property_uid}"
    settings.BOOKING_PAGE_URL = "https://www.stay.example/places/{property_uid}/book"
    shown = example("search.dates").answer["3"]
    Property.objects.filter(pk=hotel.pk).update(
        street=shown["property_street"],
        town="Falmouth",
        postcode=shown["property_postcode"],
        region="GB-CON",
        tel=shown["property_tel"],
        stars=4,
        category=1,
        latitude="50.1523",
        longitude="-5.0711",
    )
    image_add(prop=hotel, kind=Image.Kind.MAIN, file=picture(), by=SYSTEM)
    hotel.features.set([58, 77])
    price(hotel, double, 120)
    hotel.refresh_from_db()
    return hotel


@pytest.fixture
def dates(house):
    first = house.settings.today() + timedelta(days=30)
    return f"{first}", f"{first + timedelta(days=3)}"


@pytest.fixture
def find(anonymous, dates):
    """Search by the query; with the dates unless `dated` is false."""

    def get(*, dated=True, **query):
        when = dict(zip(("arrival", "departure"), dates, strict=True)) if dated else {}
        return anonymous.get(API, when | query)

    return get


def hits(response):
    assert response.status_code == 200, response.json()
    return response.json()["data"]["search_results"]


def ids(response):
    found = hits(response)
    return (
        [int(pk) for pk in found]
        if isinstance(found, dict)
        else [one["property_uid"] for one in found]
    )


def other(manager, name="Other", **changes):
    return make_hotel(manager, name=name, country="IE", town="Galway", **changes)


PATHS = {
    "dates": "dates/{}/{}",
    "stars": "stars/3,4",
    "price": "price/100/120",
    "features": "features/58,77",
    "towns": "towns/falmouth",
    "regions": "regions/cornwall",
    "countries": "countries/gb",
}


@pytest.mark.parametrize("name", PATHS)
def test_one_filter_finds_what_it_says(anonymous, house, manager, dates, name):
    other(manager)
    response = anonymous.get(f"{API}/{PATHS[name].format(*dates)}")

    (shown,) = example(f"search.{name}").answer.values()
    assert ids(response) == [house.pk]
    assert as_shown(hits(response)[str(house.pk)], shown, *OWN) == shown
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Link" not in response


def test_all_filters_in_one_call(find, house, manager, double):
    price(other(manager), double, 120)
    asked = dict(example("search.find").parameters)
    for name in ("arrival", "departure", "child_ages"):
        del asked[name]
    response = find(**asked | {"property_type": house.property_type_id})

    (shown,) = example("search.find").answer
    assert as_shown(hits(response), [shown], *OWN, *ROOM, "property_type_uid") == [shown]


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ({"country": "GB"}, True),
        ({"country": "UK,IE"}, True),
        ({"country": "IE"}, False),
        ({"region": str(region_number("GB-CON"))}, True),
        ({"region": "gb-con"}, True),
        ({"region": "Atlantis"}, False),
        ({"region": "99999999999999999999"}, False),
        ({"town": "FALMOUTH"}, True),
        ({"town": "Fál-mouth"}, True),
        ({"town": "Fal"}, False),
        ({"stars": "4"}, True),
        ({"stars": "0,5"}, False),
        ({"features": "58"}, True),
        ({"features": "58,3"}, False),
        ({"features": "999999999999"}, False),
        ({"property_type": "999"}, False),
        ({"lat": "50.2", "lon": "-5.0", "radius": "10"}, True),
        ({"lat": "50.2", "lon": "-5.0", "radius": "1"}, False),
        ({"lat": "50.2", "lon": "-5.0"}, True),
        ({"price_min": "120", "price_max": "120"}, True),
        ({"price_min": "120.01"}, False),
        ({"price_max": "119.99"}, False),
        ({"currency": "EUR"}, True),
        ({"currency": "USD"}, False),
        ({"currency": "USD", "price_min": "1"}, False),
    ],
)
def test_each_filter(find, house, query, is_found):
    for dated in (True, False):
        assert ids(find(dated=dated, **query)) == [house.pk] * is_found


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({"departure": ""}, ["departure"]),
        ({"departure": "2027-02-30"}, ["departure"]),
        ({"departure": "2020-01-01"}, ["departure"]),
        ({"departure": "2100-01-01"}, ["departure"]),
        ({"guests": "0"}, ["guests"]),
        ({"guests": "501"}, ["guests"]),
        ({"rooms": "-1"}, ["rooms"]),
        ({"child_ages": "4,18"}, ["child_ages"]),
        ({"country": "XX"}, ["country"]),
        ({"stars": "6"}, ["stars"]),
        ({"stars": "'; DROP TABLE"}, ["stars"]),
        ({"features": "1," * 51}, ["features"]),
        ({"features": "-1"}, ["features"]),
        ({"features": "99999999999999999999"}, ["features"]),
        ({"lat": "91", "lon": "0"}, ["lat"]),
        ({"lat": "NaN", "lon": "0"}, ["lat"]),
        ({"lat": "1"}, ["lon"]),
        ({"lon": "1"}, ["lat"]),
        ({"radius": "5"}, ["lat"]),
        ({"sort": "distance"}, ["lat"]),
        ({"sort": "fame"}, ["sort"]),
        ({"price_min": "2", "price_max": "1"}, ["price_max"]),
        ({"price_min": "-1"}, ["price_min"]),
        ({"currency": "XXZ"}, ["currency"]),
        ({"limit": "0"}, ["limit"]),
        ({"limit": "51"}, ["limit"]),
        ({"cursor": "nonsense"}, ["cursor"]),
        ({"cursor": "WzEsMiwzXQ"}, ["cursor"]),
        ({"cursor": "WyJpZCIsWyJ4IiwxXSxbXV0"}, ["cursor"]),
        ({"cursor": "WyJpZCIsbnVsbCxbWyJ4IiwxXV1d"}, ["cursor"]),
        ({"cursor": "WyJpZCIsWyIwIiwtMV0sW11d"}, ["cursor"]),
    ],
)
def test_refuses_what_makes_no_sense(find, query, fields):
    answer = find(**query)

    assert (answer.status_code, answer.json()["key"]) == (400, "validation_failed")
    assert list(answer.json()["fields"]) == fields


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("dates/2027-06-13/2027-06-13", "departure_date"),
        ("dates/2027-06-13/2027-02-30", "departure_date"),
        ("stars/six", "stars"),
        ("stars/3;DELETE", "stars"),
        ("features/0", "features_ids"),
        ("price/5/4", "high"),
        ("price/5/6?currency=ZZZ", "currency"),
        ("towns/x?limit=501", "limit"),
    ],
)
def test_refuses_a_path_that_makes_no_sense(anonymous, path, field):
    answer = anonymous.get(f"{API}/{path}")

    assert (answer.status_code, answer.json()["key"]) == (400, "validation_failed")
    assert list(answer.json()["fields"]) == [field]


def test_by_price_needs_dates(find):
    answer = find(dated=False, sort="price")

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["arrival"])


def test_unknown_countries_and_no_highest_price_limit_nothing(anonymous, house, manager):
    found = [house.pk, other(manager).pk]

    for path in ("countries/XX,UN", "price/5/0"):
        assert ids(anonymous.get(f"{API}/{path}")) == found
    assert ids(anonymous.get(f"{API}/countries/xx,GB")) == [house.pk]


def test_what_is_for_sale_is_found_by_its_asking_price(anonymous, find, house, manager):
    kind = PropertyType.objects.get(flag=BookingModel.REAL_ESTATE)
    villa = other(manager, property_type=kind, asking_price="EUR 350,000.00")
    other(manager, name="Secret", property_type=kind, asking_price="on application")

    assert ids(anonymous.get(f"{API}/price/300000/400000")) == [villa.pk]
    assert ids(find(country="IE")) == []
    (found,) = hits(find(dated=False, price_min="350000"))
    assert (found["bookthis_text"], found["price"]) == ("Contact the agent", None)
    assert found["bookthis_link"] == found["property_details_page"] != ""


@pytest.mark.parametrize(
    ("settings_changed", "text"),
    [
        ({"visitors_can_book": False}, "Contact us"),
        ({"only_registered_can_book": True}, "Sign in to book"),
        ({"requires_approval": True}, "Send a booking enquiry"),
        ({"hides_street": True}, "Book a room"),
    ],
)
def test_the_link_says_how_to_book(find, house, settings_changed, text):
    settle(house, **settings_changed)
    (found,) = hits(find(dated=False))

    assert found["bookthis_text"] == text
    assert (found["property_street"] == "") is ("hides_street" in settings_changed)
    is_open = text in {"Send a booking enquiry", "Book a room"}
    assert ids(find()) == [house.pk] * is_open


def test_a_page_elsewhere_takes_the_place_of_ours(find, house):
    settle(house, external_booking_url="https://elsewhere.example/")

    assert hits(find())[0]["bookthis_link"] == "https://elsewhere.example/"


def test_a_place_let_as_a_whole_is_booked_at_once(find, house, double):
    villa = PropertyType.objects.get(name="Villa")
    house.rooms.exclude(number="1").delete()
    Property.objects.filter(pk=house.pk).update(property_type=villa)

    (found,) = hits(find(guests=2))
    assert (found["bookthis_text"], found["price"]) == ("Book now", "360.00")


def test_texts_are_in_the_language_asked_for(anonymous, find, house):
    PropertyText.objects.create(
        property=house, field="property_name", language="de-DE", text="Haus am Hafen"
    )
    for response in (
        anonymous.get(f"{API}/stars/4/de"),
        anonymous.get(f"{API}/stars/4?language=de-AT"),
        anonymous.get(f"{API}/stars/4", HTTP_ACCEPT_LANGUAGE="de"),
    ):
        found = hits(response)[str(house.pk)]
        assert found["property_name"] == "Haus am Hafen"
        assert found["property_country"] == "Vereinigtes Königreich"
        assert found["bookthis_text"] == "Zimmer buchen"


def test_what_nobody_may_see_is_not_found(anonymous, find, house, manager, double):
    for changes in (
        {"is_test": True},
        {"is_published": False},
        {"is_approved": False},
    ):
        price(other(manager, name=str(changes), **changes), double, 50)

    assert ids(find()) == ids(find(dated=False)) == [house.pk]
    user_suspend(user=manager, by=SYSTEM)
    assert ids(find()) == ids(find(dated=False)) == []


def test_a_hit_costs_what_is_shown_and_can_be_booked(
    anonymous, find, house, manager, double, dates
):
    cases = [
        {"cleaning_fee": 45, "city_tax": 3},
        {"prices_inclusive": False, "accommodation_tax_rate": 10},
        {"wiseprice_on": True},
        {"per_person_per_night": True, "single_supplement_on": True},
        {"min_days_before_arrival": 60},
        {"fixed_arrival_on": True, "fixed_arrival_weekday": 1},
        {"whole_day_booking": True},
        {"asks_for_departure": False, "minimum_interval": 2},
        {"asks_for_departure": False, "minimum_interval": 3},
    ]
    for number, changed in enumerate(cases):
        prop = other(manager, name=f"Case {number}")
        price(prop, double, 100 + number)
        settle(prop, deposit_kind="none", **changed)
    long_stays = other(manager, name="Long stays")
    tariff = price(long_stays, double, 90)
    tariff.rates.update(min_stay=4)

    found = hits(find(guests=2, limit=50))
    assert long_stays.pk not in [one["property_uid"] for one in found]
    assert len(found) >= 7
    for hit in found:
        asked = {
            "property_uid": hit["property_uid"],
            **dict(zip(("arrival", "departure"), dates, strict=True)),
            "rooms": [{"room_type_uid": room["room_type_uid"]} for room in hit["rooms"]],
            "adults": 2,
        }
        quote = anonymous.post("/bookyflow/api/booking/quote", asked).json()["data"]["quote"]
        assert (quote["total"], quote["currency_code"]) == (hit["price"], hit["currency_code"])
        body = {"quote": quote["quote"], "guest": GUEST}
        booked = anonymous.post("/bookyflow/api/booking/confirm", body)
        assert booked.status_code == 201, booked.json()
        assert booked.json()["data"]["booking"]["total"] == hit["price"]


def follow(anonymous, response):
    """The ids of all pages, page by page."""
    pages = [ids(response)]
    while "Link" in response:
        response = anonymous.get(response["Link"].partition(">")[0].lstrip("<"))
        pages.append(ids(response))
    return pages


@pytest.mark.parametrize("dated", [True, False])
@pytest.mark.parametrize(
    ("order", "key", "reverse"),
    [
        ("id", "pk", False),
        ("name", "name", False),
        ("stars", "stars", True),
        ("distance", "latitude", True),
        ("price", "asking_price", False),
    ],
)
def test_pages_follow_each_other_in_every_order(
    anonymous, find, house, manager, double, order, key, reverse, dated
):
    if order == "price" and not dated:
        return
    for number in range(6):
        night = (number * 37) % 60 + 40
        prop = other(
            manager,
            name=f"Inn {(number * 5) % 7}",
            stars=number % 3,
            latitude=Decimal(number % 4) + 40,
            longitude=Decimal("-5"),
            asking_price=f"{night + 10 * (number % 2):04}",
        )
        price(prop, double, night)
        settle(prop, cleaning_fee=30 * (number % 2))
    house.asking_price = "0120"
    house.save()
    response = find(dated=dated, sort=order, limit=3, lat="51", lon="-5")

    pages = follow(anonymous, response)
    found = [pk for page in pages for pk in page]
    rows = sorted(Property.objects.all(), key=lambda prop: prop.pk)
    expected = sorted(rows, key=lambda prop: getattr(prop, key), reverse=reverse)
    assert found == [prop.pk for prop in expected]
    assert [len(page) for page in pages][:2] == [3, 3]


def test_a_cursor_belongs_to_its_order(anonymous, find, house, manager, double):
    price(other(manager), double, 10)
    link = find(limit=1)["Link"].partition(">")[0].lstrip("<")

    answer = anonymous.get(f"{link}&sort=name")

    assert answer.status_code == 400


@pytest.mark.parametrize("dated", [True, False])
def test_what_costs_no_more_for_more_properties(
    find, house, manager, double, dated, django_assert_num_queries
):
    counts = []
    for number in (1, 4):
        for name in range(number - 1):
            price(make_hotel(manager, name=f"{number} {name}"), double, 50)
        with django_assert_num_queries(7 if dated else 5):
            counts.append(len(hits(find(dated=dated))))

    assert counts == [1, 4]


def test_children_come_too(find, house):
    assert ids(find(guests=2, child_ages="4")) == []
    settle(house, allow_children=True, children_count_for_capacity=False)
    assert ids(find(guests=2, child_ages="4")) == [house.pk]
    settle(house, per_person_per_night=True)
    house.tariff_types.update(ignore_per_person=False)
    ChildRate.objects.create(property=house, age_from=0, age_to=17, price=10, per_stay=False)
    (found,) = hits(find(guests=2, child_ages="4,4"))
    assert found["price"] == "780.00"  # three nights, twice 120 and twice 10


def test_several_rooms_are_priced_together(find, house):
    (found,) = hits(find(guests=4, rooms=3))

    assert (found["price"], found["price_per_night"], len(found["rooms"])) == (
        "1080.00",
        "360.00",
        3,
    )
    assert ids(find(guests=4, rooms=4)) == []
    assert ids(find(guests=7, rooms=3)) == []


def test_prices_are_compared_in_the_usual_currency(find, house, manager, double):
    for number in range(2):
        prop = other(manager, name=f"Pound {number}")
        settle(prop, currency="GBP")
        price(prop, double, 100)

    assert len(ids(find(price_max="500"))) == 2
    assert ids(find(price_max="500", currency="EUR")) == [house.pk]
    assert ids(find(price_max="500", country="GB")) == [house.pk]
    assert len(ids(find())) == 3


def test_distances_are_told_where_both_ends_are_known(find, house, manager, double):
    price(other(manager), double, 120)

    def distances(**query):
        return [one["distance_km"] for one in hits(find(**query))]

    assert distances() == [None, None]
    assert distances(lat="51.1523", lon="-5.0711") == ["111.195", None]
    assert distances(lat="51.1523", lon="-5.0711", sort="distance") == ["111.195"]
    assert distances(lat="-50.1523", lon="174.9289", radius="20100") == ["20015.114"]
