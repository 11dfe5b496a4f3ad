from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import today_in
from bookyflow.events.models import Event
from bookyflow.properties.models import PropertySettings, TariffMode
from bookyflow.reservations.blocks import block_create
from bookyflow.rooms.models import Room, RoomFeature
from bookyflow.tariffs.models import DailyRate, TariffType
from bookyflow.tariffs.selectors import two_years_from
from tests.conftest import make_hotel
from tests.domain.conftest import stay
from tests.features.cmf.conftest import BASE, FORM, day, refusal, shown, value

pytestmark = pytest.mark.django_db

BASE_PRICE = BASE + "property/base/price"
PRICES = BASE + "property/prices"


def prices_of(prop) -> dict[str, Decimal]:
    """Price by date."""
    rates = DailyRate.objects.filter(property=prop).order_by("date")
    return {rate.date.isoformat(): rate.price for rate in rates}


def test_a_first_price_holds_for_two_years(ota, hotel, linked):
    response = ota.put(
        BASE_PRICE, {"property_uid": hotel.pk, "base_price": "180.00", "max_people": 8}
    )

    assert value(response) is True
    prices = prices_of(hotel)
    last = two_years_from(today_in("UTC"))
    assert (min(prices), max(prices)) == (day(0), last.isoformat())
    assert set(prices.values()) == {Decimal(180)}
    assert TariffType.objects.get().max_people == 8
    assert Event.objects.values_list("kind", "channel_id").get() == ("tariffs_updated", linked.pk)


@pytest.mark.parametrize(
    ("text", "price"),
    [("180,00", "180"), ("1.234,56", "1234.56"), ("1234.5", "1234.5"), ("+95", None), ("95", "95")],
)
def test_a_form_may_use_a_decimal_comma(ota, hotel, text, price):
    form = f"property_uid={hotel.pk}&base_price={text.replace('+', '%2B')}&max_people=8"

    response = ota.put(BASE_PRICE, form, content_type=FORM)

    if price is None:
        assert refusal(response) == (400, "validation_failed", ["base_price"])
    else:
        assert value(response) is True
        assert set(prices_of(hotel).values()) == {Decimal(price)}


def test_refuses_a_second_first_price(ota, priced):
    body = {"property_uid": priced.pk, "base_price": 90, "max_people": 2}

    assert refusal(ota.put(BASE_PRICE, body)) == (409, "tariffs_already_exist", [])
    assert set(prices_of(priced).values()) == {Decimal(100)}


def test_refuses_prices_of_a_property_without_rooms(ota, hotel):
    hotel.rooms.all().delete()
    body = {"property_uid": hotel.pk, "base_price": 90, "max_people": 2}

    assert refusal(ota.put(BASE_PRICE, body)) == (409, "no_rooms_in_property", [])


AMOUNTS = [
    None,
    "",
    [],
    True,
    -1,
    0,
    "0.99",
    "1,234",
    "1,234.56",
    "1e3",
    "NaN",
    "Infinity",
    "٣",
    "12.3456",
    10**9,
    1e300,
    "ten",
]
PEOPLE = [None, "", [], True, 0, -1, 1001, 1.5, 10**30, "two"]


@pytest.mark.parametrize(("name", "hostile"), [("base_price", AMOUNTS), ("max_people", PEOPLE)])
def test_refuses_hostile_fields_of_a_first_price(ota, hotel, name, hostile):
    body = {"property_uid": hotel.pk, "base_price": 90, "max_people": 2}

    found = {repr(bad): refusal(ota.put(BASE_PRICE, body | {name: bad})) for bad in hostile}

    assert found == dict.fromkeys(found, (400, "validation_failed", [name]))
    assert not TariffType.objects.exists()


@pytest.fixture
def put_prices(ota, priced):
    """Send ranges as (first day ahead, last day ahead, price)."""

    def put(*ranges, **headers):
        items = [
            {"date_from": day(first), "date_to": day(last), "ratepernight": price}
            for first, last, price in ranges
        ]
        return ota.put(PRICES, {"property_uid": priced.pk, "ratepernight": items}, **headers)

    return put


def test_sets_prices_of_ranges_and_the_later_wins(put_prices, priced):
    response = put_prices((1, 5, "120.00"), (4, 6, 150))

    assert value(response) is True
    prices = prices_of(priced)
    assert [prices[day(n)] for n in range(8)] == [100, 120, 120, 120, 150, 150, 150, 100]


def test_sets_prices_from_a_form_with_json_text(ota, priced):
    text = (
        f'[{{"date_from":"{day(1)}","date_to":"{day(2)}","ratepernight":240}},'
        f'{{"date_from":"{day(3)}","date_to":"{day(3)}","ratepernight":"310,50"}}]'
    )

    response = ota.put(PRICES, f"property_uid={priced.pk}&ratepernight={text}", content_type=FORM)

    assert value(response) is True
    assert prices_of(priced)[day(2)] == 240
    assert prices_of(priced)[day(3)] == Decimal("310.5")


def test_sets_prices_from_bracketed_form_fields(ota, priced):
    fields = {"date_from": day(1), "date_to": day(1), "ratepernight": "95"}
    form = "&".join(f"ratepernight[0][{name}]={text}" for name, text in fields.items())

    assert value(ota.put(PRICES, f"property_uid={priced.pk}&{form}", content_type=FORM)) is True
    assert prices_of(priced)[day(1)] == 95


def test_prices_need_a_first_price(ota, hotel):
    item = {"date_from": day(1), "date_to": day(2), "ratepernight": 90}

    response = ota.put(PRICES, {"property_uid": hotel.pk, "ratepernight": [item]})

    assert refusal(response) == (409, "no_tariffs_yet", [])


@pytest.mark.parametrize(
    ("ranges", "fields"),
    [
        ([(1, 2, 90), (5, 4, 90)], ["ratepernight[1]"]),
        ([(1, 3660, 90)], ["ratepernight[0]"]),
        ([(1, 3000, 90)] * 7, ["ratepernight"]),
        ([(-50_000, -1, 90)], ["ratepernight"]),
        ([(9, 1, 90), (1, 3660, 90)], ["ratepernight[0]", "ratepernight[1]"]),
    ],
)
def test_refuses_ranges_that_are_reversed_or_too_long(put_prices, priced, ranges, fields):
    before = prices_of(priced)

    assert refusal(put_prices(*ranges)) == (400, "validation_failed", fields)
    assert prices_of(priced) == before


@pytest.mark.parametrize(
    ("name", "hostile"),
    [
        ("ratepernight", AMOUNTS),
        ("date_from", [None, "", 5, [], "2027-02-29", "2027-13-01", "01/02/2027", "9999-12-31"]),
        ("date_to", [None, "", True, {}, "20270601", "2027-06-1", "0000-00-00", "2027-06-0٣"]),
    ],
)
def test_refuses_hostile_fields_of_a_range(ota, priced, name, hostile):
    good = {"date_from": day(1), "date_to": day(2), "ratepernight": 90}

    found = {}
    for bad in hostile:
        body = {"property_uid": priced.pk, "ratepernight": [good, good | {name: bad}]}
        response = ota.put(PRICES, body)
        found[repr(bad)] = (*refusal(response), response.json()["fields"]["ratepernight"]["1"])

    for answer in found.values():
        assert answer[:3] == (400, "validation_failed", ["ratepernight"])
        assert list(answer[3]) == [name]
    assert set(prices_of(priced).values()) == {Decimal(100)}


def test_refuses_what_is_no_list_of_ranges(ota, priced):
    hostile = [None, "", [], {}, "x", "[", 5, [5], [None], "{}", [[]]]

    found = {
        repr(bad): refusal(ota.put(PRICES, {"property_uid": priced.pk, "ratepernight": bad}))
        for bad in hostile
    }

    assert found == dict.fromkeys(found, (400, "validation_failed", ["ratepernight"]))


def test_shows_the_lowest_price_of_tonight(ota, priced):
    assert value(ota.get(f"{BASE_PRICE}/{priced.pk}")) == shown(
        "property_base_price",
        display_price="€100.00",
        price_excluding_vat="83.33",
        price_including_vat="100.00",
    )


def test_a_weekly_price_is_for_seven_nights(ota, priced):
    weekly = {"prices_weekly": True, "tariff_mode": TariffMode.ADVANCED}
    PropertySettings.objects.filter(pk=priced.pk).update(**weekly)

    found = value(ota.get(f"{BASE_PRICE}/{priced.pk}"))

    assert found["price_including_vat"] == "14.29"


def test_without_a_price_for_tonight_it_is_null(ota, hotel):
    response = ota.get(f"{BASE_PRICE}/{hotel.pk}")

    assert value(response) is None


def test_a_price_for_people_is_in_their_language(ota, priced):
    found = value(ota.get(f"{BASE_PRICE}/{priced.pk}", HTTP_ACCEPT_LANGUAGE="de"))

    assert found["display_price"] == "100,00\xa0€"


def price_path(prop, first, last, people: object = 2) -> str:
    """The path of a stay's price, from days ahead or texts."""
    first, last = (day(n) if isinstance(n, int) else n for n in (first, last))
    return f"{BASE}property/price/{prop.pk}/{first}/{last}/{people}"


def test_prices_a_stay_for_each_number_of_guests(ota, priced):
    priced.settings.cleaning_fee = 25
    priced.settings.security_deposit = 50
    priced.settings.save()

    response = ota.get(price_path(priced, 1, 3))

    (two,) = shown(
        "property_price",
        price_exclusive="250.00",
        price_inclusive="300.00",
        cleaning="25.00",
        total="325.00",
        deposit="65.00",
    ).values()
    assert value(response) == {"1": two | {"number_of_guests": 1}, "2": two}


def test_a_full_night_has_no_price(ota, priced):
    block_create(property_id=priced.pk, stay=stay(2, 1), by=SYSTEM)

    assert refusal(ota.get(price_path(priced, 1, 3))) == (409, "property_not_available", [])
    assert value(ota.get(price_path(priced, 3, 4)))


@pytest.mark.parametrize("people", [5, 10**30])
def test_no_tariff_for_such_a_party(ota, priced, people):
    answer = ota.get(price_path(priced, 1, 3, people))
    assert refusal(answer)[:2] == (409, "no_valid_tariffs")
    assert answer.json()["detail"] == "It is for 4 adults at most."


def test_for_0_people_any_party_will_do(ota, priced):
    assert set(value(ota.get(price_path(priced, 1, 3, 0)))) == {"1", "2"}


def test_no_tariff_for_uncovered_nights(ota, priced):
    DailyRate.objects.filter(date=date.fromisoformat(day(2))).delete()

    assert refusal(ota.get(price_path(priced, 1, 3)))[:2] == (409, "no_valid_tariffs")
    assert refusal(ota.get(price_path(priced, -5, -1)))[:2] == (409, "no_valid_tariffs")


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (5, 4, "end_date"),
        (0, 1098, "end_date"),
        ("1900-01-01", "2199-12-31", "end_date"),
        ("2027-02-29", 400, "start_date"),
        (1, "2027-13-01", "end_date"),
        ("9999-12-31", "9999-12-31", "end_date"),
        ("0000-00-00", 1, "start_date"),
    ],
)
@pytest.mark.parametrize("kind", ["price", "available/rooms", "calendar"])
def test_refuses_ranges_that_cannot_be(ota, priced, first, last, field, kind):
    path = price_path(priced, first, last).replace("property/price", f"property/{kind}")

    response = ota.get(path if kind == "price" else path.removesuffix("/2"))

    status, key, fields = refusal(response)
    assert (status, key) == (400, "validation_failed")
    assert field in fields


@pytest.mark.parametrize("people", ["-1", "two", "1.5", "%00", "٢x"])
def test_what_is_no_number_of_people_is_no_path(ota, priced, people):
    assert ota.get(price_path(priced, 1, 2, people)).status_code in {400, 404}


def test_a_stay_over_a_leap_day(ota, priced):
    TariffType.objects.update(max_stay=1000)
    year = next(n for n in range(int(day(0)[:4]) + 1, 9999) if n % 4 == 0)
    span = (date(year, 3, 1) - date(year, 2, 28)).days
    tariff = TariffType.objects.get()
    DailyRate.objects.all().delete()
    DailyRate.objects.bulk_create(
        DailyRate(
            tariff_type=tariff,
            property=priced,
            date=date(year, 2, 28) + timedelta(days=n),
            price=Decimal(100),
        )
        for n in range(span + 1)
    )

    found = value(ota.get(price_path(priced, f"{year}-02-28", f"{year}-03-01")))

    assert found["2"]["total"] == "300.00"


def test_free_rooms_with_their_details(ota, hotel, double):
    one, two, three = hotel.rooms.order_by("number")
    block_create(property_id=hotel.pk, stay=stay(2, 1), room_ids=[one.pk, three.pk], by=SYSTEM)
    view = RoomFeature.objects.create(name="Sea view")
    two.features.add(view)
    texts = {"tagline": "Above the harbour", "description": "A bay window and a desk."}
    Room.objects.filter(pk=two.pk).update(name="Sea room", floor="1", **texts)

    response = ota.get(f"{BASE}property/available/rooms/{hotel.pk}/{day(1)}/{day(2)}")

    assert value(response) == shown(
        "property_available_rooms",
        by_room_details=two.pk,
        room_uid=two.pk,
        room_number="2",
        room_type_id=double.pk,
        room_classes_uid=double.pk,
        propertys_uid=hotel.pk,
        room_features_uid=[view.pk],
        **texts,
    )


def test_without_a_free_room_the_map_is_empty(ota, hotel):
    block_create(property_id=hotel.pk, stay=stay(1, 1), by=SYSTEM)

    found = value(ota.get(f"{BASE}property/available/rooms/{hotel.pk}/{day(1)}/{day(1)}"))

    assert found == {"continuously_available_rooms": [], "room_details": {}}


def test_the_calendar_night_by_night(ota, priced):
    block_create(property_id=priced.pk, stay=stay(1, 1), by=SYSTEM)
    room = priced.rooms.first()
    block_create(property_id=priced.pk, stay=stay(2, 1), room_ids=[room.pk], by=SYSTEM)
    DailyRate.objects.filter(date=date.fromisoformat(day(1))).update(min_stay=3)
    DailyRate.objects.filter(date=date.fromisoformat(day(2))).delete()

    response = ota.get(f"{BASE}property/calendar/{priced.pk}/{day(0)}/{day(2)}")

    assert value(response) == {
        day(0): {"minstay": 1, "is_blocked": False, "free_rooms": 3},
        day(1): {"minstay": 3, "is_blocked": True, "free_rooms": 0},
        day(2): {"is_blocked": False, "free_rooms": 2},
    }


def test_the_calendar_of_a_february(ota, hotel):
    leap = value(ota.get(f"{BASE}property/calendar/{hotel.pk}/2028-02-01/2028-02-29"))
    common = ota.get(f"{BASE}property/calendar/{hotel.pk}/2027-02-01/2027-02-29")

    assert len(leap) == 29
    assert refusal(common) == (400, "validation_failed", ["end_date"])


def test_a_property_without_rooms_is_full(ota, hotel):
    hotel.rooms.all().delete()

    found = value(ota.get(f"{BASE}property/calendar/{hotel.pk}/{day(0)}/{day(0)}"))

    assert found == {day(0): {"is_blocked": True, "free_rooms": 0}}


def test_one_propertys_prices_leave_anothers_alone(put_prices, priced, manager):
    other = make_hotel(manager, name="Other")

    assert value(put_prices((1, 2, 77))) is True
    assert prices_of(other) == {}
