from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from bookyflow.availability.models import Allotment, OccupancyKind
from bookyflow.availability.nights import nights_taken
from bookyflow.availability.search import Filters, FoundProperty, Wanted, search
from bookyflow.availability.selectors import free_rooms
from bookyflow.availability.services import Taking, occupy
from bookyflow.availability.stay_rules import stay_refusals
from bookyflow.core.dates import ONE_DAY, Stay
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import (
    BookingModel,
    PropertyFeature,
    PropertySettings,
    PropertyType,
    TariffMode,
)
from bookyflow.reservations.services import RoomsWanted
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.models import DailyRate, TariffType
from tests.conftest import make_hotel
from tests.domain.conftest import book, stay, taken

pytestmark = pytest.mark.django_db
WHEN = (10, 3)


@pytest.fixture
def double(hotel):
    return hotel.rooms.first().room_type


def found(when=None, *, cursor=0, limit=50, priced=False, filters=None, **people):
    wanted = Wanted(when or stay(*WHEN), **people)
    return search(wanted, filters=filters or Filters(), cursor=cursor, limit=limit, priced=priced)


def ids(when=None, **how) -> list[int]:
    return [one.property_id for one in found(when, **how).items]


def counted(when=None, **how) -> list[int]:
    return [one.rooms for one in found(when, **how).items]


def change(hotel, **settings) -> None:
    PropertySettings.objects.filter(property=hotel).update(**settings)


def tariff(hotel, room_type, price="100", *, when=None, rates=None, **fields) -> TariffType:
    """A tariff with a price for every night of a stay and the day of departure."""
    made = TariffType.objects.create(property=hotel, room_type=room_type, **fields)
    nights = when or stay(*WHEN)
    DailyRate.objects.bulk_create(
        DailyRate(
            tariff_type=made, property=hotel, date=night, price=Decimal(price), **(rates or {})
        )
        for night in [*nights.nights, nights.departure]
    )
    return made


def price(**how) -> Decimal | None:
    (one,) = found(priced=True, **how).items
    return one.price


def test_properties_with_free_rooms_by_id(hotel, manager):
    other = make_hotel(manager, name="Other")
    book(other, stay(11, 1), rooms=RoomsWanted(2))

    assert found().items == [
        FoundProperty(hotel.pk, 3, "EUR", None),
        FoundProperty(other.pk, 1, "EUR", None),
    ]
    book(other, stay(12, 1))
    assert ids() == [hotel.pk, other.pk]
    book(other, stay(10, 3))
    assert ids() == [hotel.pk]


def test_a_room_is_free_from_departure_on(hotel):
    book(hotel, stay(*WHEN), rooms=RoomsWanted(3))

    assert (ids(stay(7, 3)), ids(stay(13, 3))) == ([hotel.pk], [hotel.pk])
    assert (ids(stay(8, 3)), ids(stay(12, 3))) == ([], [])


def test_expired_holds_do_not_count(hotel):
    for minutes, expected in ((-1, [3]), (30, [])):
        rooms = [room.pk for room in hotel.rooms.all()]
        occupy(
            Taking(
                property_id=hotel.pk,
                room_ids=rooms,
                nights=taken(stay(*WHEN) if minutes < 0 else stay(20, 3)),
                kind=OccupancyKind.HOLD,
                expires_at=timezone.now() + timedelta(minutes=minutes),
            )
        )
        assert counted(stay(*WHEN) if minutes < 0 else stay(20, 3)) == expected


@pytest.mark.parametrize(
    "state",
    [
        {"is_published": False},
        {"is_approved": False},
        {"is_test": True},
        {"deleted_at": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
)
def test_only_what_is_public_is_found(hotel, state):
    for name, value in state.items():
        setattr(hotel, name, value)
    hotel.save()

    assert ids() == []


def test_pages_follow_each_other(hotel, manager):
    made = [hotel.pk, *(make_hotel(manager, name=f"Hotel {n}").pk for n in range(4))]

    pages, cursor = [], 0
    while cursor is not None:
        page = found(cursor=cursor, limit=2)
        pages.append([one.property_id for one in page.items])
        cursor = page.next_cursor

    assert pages == [made[:2], made[2:4], made[4:]]
    assert found(limit=5).next_cursor is None


@pytest.mark.parametrize("limit", [0, 1001])
def test_a_page_has_its_bounds(limit):
    with pytest.raises(DomainError) as refused:
        found(limit=limit)
    assert refused.value.key == "validation_failed"


def test_one_query_however_many_are_found(hotel, manager, django_assert_num_queries):
    for n in range(4):
        make_hotel(manager, name=f"Hotel {n}")

    with django_assert_num_queries(1):
        assert len(ids(priced=True)) == 5


def test_filters(hotel, manager):
    villa = PropertyType.objects.get_or_create(name="Villa")[0]
    other = make_hotel(manager, name="Other", country="IT", region="IT-FI", property_type=villa)
    pool, wifi = (
        PropertyFeature.objects.create(name=f"{name} of tests") for name in ("Pool", "Wifi")
    )
    hotel.features.add(wifi)
    other.features.add(pool, wifi)

    for filters, expected in (
        (Filters(regions=["IT-FI"]), [other]),
        (Filters(regions=["IT-RM"]), []),
        (Filters(countries=["GB"]), [hotel]),
        (Filters(property_types=[villa.pk]), [other]),
        (Filters(property_types=[]), []),
        (Filters(property_ids=[hotel.pk, 0]), [hotel]),
        (Filters(property_ids=[]), []),
        (Filters(features=[wifi.pk]), [hotel, other]),
        (Filters(features=[wifi.pk, pool.pk]), [other]),
        (Filters(countries=["GB"], features=[pool.pk]), []),
    ):
        assert ids(filters=filters) == [prop.pk for prop in expected]


def test_rooms_take_the_whole_party(hotel):
    Room.objects.filter(number="1").update(max_adults=4, max_children=2, max_occupancy=5)

    assert counted(adults=2) == [3]
    assert counted(adults=3) == [1]
    assert counted(adults=5) == []
    assert counted(adults=2, rooms=3) == [3]
    assert counted(adults=2, rooms=4) == []


def test_children_need_places_where_they_are_counted(hotel):
    Room.objects.filter(number="1").update(max_adults=2, max_children=2, max_occupancy=3)

    assert counted(adults=2, children=1) == []
    change(hotel, allow_children=True, children_count_for_capacity=False)
    assert counted(adults=2, children=3) == [3]
    change(hotel, children_count_for_capacity=True)
    assert counted(adults=2, children=1) == [1]
    assert counted(adults=2, children=2) == []
    assert counted(adults=2) == [3]


def test_limits_on_selling_hold(hotel, double):
    night = stay(11, 1).arrival
    rule = Allotment.objects.create(property=hotel, room_type=double, date=night, max_to_sell=2)
    assert counted() == [2]

    book(hotel, stay(11, 1))
    assert counted() == [1]
    assert counted(rooms=2) == []

    book(hotel, stay(11, 1))
    assert counted() == []

    rule.max_to_sell = None
    rule.save()
    assert counted() == [1]

    rule.stop_sell = True
    rule.save()
    assert counted() == []


def test_another_type_stays_for_sale(hotel, double):
    twin = RoomType.objects.get(name="Twin", property=None)
    Room.objects.create(property=hotel, room_type=twin, number="9")
    Allotment.objects.create(
        property=hotel, room_type=double, date=stay(11, 1).arrival, stop_sell=True
    )
    tariff(hotel, double, "10")

    assert counted() == [1]
    assert price() is None
    tariff(hotel, twin, "70")
    assert price() == 210


SETTINGS = [
    {},
    {"min_days_before_arrival": 9},
    {"min_days_before_arrival": 10},
    {"min_days_before_arrival": 11},
    {"advance_limit_on": True, "advance_limit_days": 9},
    {"advance_limit_on": True, "advance_limit_days": 10},
    {"advance_limit_on": True, "advance_limit_days": 11},
    *({"fixed_arrival_on": True, "fixed_arrival_weekday": day} for day in range(7)),
    {"fixed_periods_on": True, "fixed_period_nights": 3, "fixed_periods_most": 1},
    {"fixed_periods_on": True, "fixed_period_nights": 1, "fixed_periods_most": 2},
    {"fixed_periods_on": True, "fixed_period_nights": 2, "fixed_periods_most": 4},
    {"fixed_periods_on": True, "short_break_on": True, "short_break_nights": 3},
    {"fixed_periods_on": True, "short_break_on": True, "short_break_nights": 4},
    {"fixed_periods_on": True, "short_break_on": False, "short_break_nights": 3},
    {"whole_day_booking": True},
    {"whole_day_booking": True, "fixed_periods_on": True, "fixed_period_nights": 3},
]


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "No/Where"])
@pytest.mark.parametrize("now", ["2027-06-10T10:30:00Z", "2027-06-10T23:59:59Z"])
def test_the_rules_of_arrival_are_those_of_a_booking(hotel, time_machine, zone, now):
    time_machine.move_to(now)
    today = datetime.fromisoformat(now).date()
    asked = Stay(today + timedelta(days=10), today + timedelta(days=13))
    follower = Stay(asked.departure, asked.departure + ONE_DAY)
    book(hotel, follower, rooms=RoomsWanted(3))

    for changed in SETTINGS:
        settings = PropertySettings(property=hotel, time_zone=zone, **changed)
        settings.save()
        refused = stay_refusals(settings, asked, today=settings.today())
        nights = nights_taken(settings, asked)
        has_room = free_rooms(property_id=hotel.pk, nights=nights, today=settings.today())

        assert (ids(asked) == [hotel.pk]) is (not refused and bool(has_room)), changed


def test_the_lowest_price_of_the_nights(hotel, double):
    assert price() is None
    tariff(hotel, double, "100")
    tariff(hotel, double, "80.50")

    assert price() == Decimal("241.50")
    assert found().items[0].price is None


@pytest.mark.parametrize(
    ("fields", "rates"),
    [
        ({"deleted_at": datetime(2026, 1, 1, tzinfo=UTC)}, {}),
        ({"min_people": 2}, {}),
        ({"min_rooms_selected": 1}, {}),
        ({"max_stay": 2}, {}),
        ({}, {"closed": True}),
        ({}, {"closed_to_arrival": True}),
        ({}, {"closed_to_departure": True}),
        ({}, {"min_stay": 4}),
        ({}, {"max_stay": 2}),
    ],
)
def test_a_tariff_that_does_not_admit_the_stay_gives_no_price(hotel, double, fields, rates):
    tariff(hotel, double, rates=rates, **fields)

    assert price() is None


def test_every_night_needs_a_price(hotel, double):
    made = tariff(hotel, double)
    made.rates.filter(date=stay(11, 1).arrival).delete()

    assert price() is None


def test_tariffs_for_weekdays_and_weekends(hotel, double, time_machine):
    time_machine.move_to("2030-06-01T12:00:00Z")
    friday, wednesday = stay(6, 2), stay(4, 2)  # 06-07 to 06-09, 06-05 to 06-07
    cases = (
        ({"weekend_only": True}, True, False),
        ({"allow_weekend": False}, False, True),
        ({"arrival_weekday": 5}, True, False),
        ({}, True, True),
    )
    for fields, on_friday, on_wednesday in cases:
        TariffType.objects.all().delete()
        for when in (friday, wednesday):
            tariff(hotel, double, when=when, **fields)
        assert [bool(found(when, priced=True).items[0].price) for when in (friday, wednesday)] == [
            on_friday,
            on_wednesday,
        ]


def test_prices_by_person_and_by_the_first_night(hotel, double):
    made = tariff(hotel, double, "50")
    made.rates.filter(date=stay(*WHEN).arrival).update(price=40)

    assert price(adults=2) == 140
    change(hotel, price_model=1)
    assert price(adults=2) == 120
    change(hotel, per_person_per_night=True, minimum_charged_guests=2)
    assert price(adults=1) == 240
    TariffType.objects.update(ignore_per_person=True)
    assert price(adults=1) == 120


def test_a_price_range_leaves_out_what_has_no_price(hotel, double, manager):
    make_hotel(manager, name="Other")
    tariff(hotel, double, "100")

    assert len(ids(priced=True)) == 2
    assert ids(filters=Filters(least=Decimal(300))) == [hotel.pk]
    assert ids(filters=Filters(most=Decimal(300))) == [hotel.pk]
    assert ids(filters=Filters(least=Decimal(301))) == []
    assert ids(filters=Filters(most=Decimal("299.99"))) == []


def test_whole_days_need_the_day_of_departure_too(hotel, double):
    change(hotel, whole_day_booking=True)
    leaving = stay(*WHEN).departure
    rates = tariff(hotel, double).rates
    assert price() == 400
    assert counted() == [3]

    rates.filter(date=leaving).update(min_stay=5)
    assert price() is None
    rates.filter(date=leaving).update(min_stay=4, price=50)
    assert price() == 350
    change(hotel, price_model=1)
    assert price() == 400
    Allotment.objects.create(property=hotel, room_type=double, date=leaving, max_to_sell=1)
    assert counted() == [1]
    book(hotel, Stay(leaving, leaving + ONE_DAY))
    assert ids() == []


def test_a_night_for_nothing_is_no_price(hotel, double):
    tariff(hotel, double).rates.filter(date=stay(*WHEN).last_night).update(price=0)

    assert price() is None


def test_items_are_hired_without_counting_heads(hotel, double):
    tariff(hotel, double, max_people=1)
    assert (ids(adults=9), price(adults=2)) == ([], None)
    hire = PropertyType.objects.create(name="Canoes", flag=BookingModel.ITEM_HIRE)
    type(hotel).objects.filter(pk=hotel.pk).update(property_type=hire)
    change(hotel, per_person_per_night=True)

    assert (counted(adults=9), price(adults=9)) == ([3], 300)


def test_standard_tariffs_are_limited_by_the_rooms_alone(hotel, double):
    tariff(hotel, double, max_people=1)
    change(hotel, tariff_mode=TariffMode.STANDARD)

    assert price(adults=2) == 300
