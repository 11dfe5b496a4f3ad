from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from bookyflow.availability.explanations import arrival_dates_offered, explanations
from bookyflow.availability.models import Allotment, OccupancyKind
from bookyflow.availability.selectors import calendar
from bookyflow.availability.services import Taking, occupy
from bookyflow.properties.models import BookingModel, Property, PropertyType
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.services import RoomsWanted
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.models import DailyRate, TariffType
from tests.domain.conftest import book, day, stay, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def double(hotel):
    return hotel.rooms.first().room_type


@pytest.fixture
def tariff(hotel, double):
    """A price for each of sixty nights."""
    return priced(hotel, double)


def priced(hotel, room_type, **fields) -> TariffType:
    made = TariffType.objects.create(property=hotel, room_type=room_type, **fields)
    nights = stay(-2, 60).nights
    DailyRate.objects.bulk_create(
        DailyRate(tariff_type=made, property=hotel, date=night, price=Decimal(90), min_stay=2)
        for night in nights
    )
    return made


def explained(hotel, start, nights=1, **how):
    when = stay(start, nights)
    prop = Property.objects.select_related("settings", "property_type").get(pk=hotel.pk)
    return explanations(prop=prop, first=when.arrival, last=when.last_night, **how)


def why(hotel, start, **how) -> list[str]:
    (night,) = explained(hotel, start, **how)
    return [reason.key for reason in night.reasons]


def sentences(hotel, start) -> list[str]:
    (night,) = explained(hotel, start)
    return [reason.sentence for reason in night.reasons]


def test_an_open_night_has_no_reason(hotel, double, tariff):
    (night,) = explained(hotel, 5)

    assert (night.room_type_id, night.rooms, night.free, night.for_sale) == (double.pk, 3, 3, 3)
    assert (night.min_stay, night.reasons) == (2, ())
    assert night.is_open
    assert night.takes_arrivals


def test_a_full_night_says_who_has_the_rooms(hotel, tariff, by):
    rooms = [room.pk for room in hotel.rooms.order_by("number")]
    block_create(property_id=hotel.pk, stay=stay(5, 2), room_ids=rooms[:1], by=by)
    occupy(
        Taking(
            property_id=hotel.pk,
            room_ids=rooms[1:2],
            nights=taken(stay(5, 1)),
            kind=OccupancyKind.HOLD,
            expires_at=timezone.now() + timedelta(hours=1),
        )
    )
    assert why(hotel, 5) == []
    book(hotel, stay(5, 1))

    assert why(hotel, 5) == ["booked", "blocked", "held"]
    assert sentences(hotel, 5) == [
        "1 of 3 room(s) booked.",
        "1 of 3 room(s) blocked.",
        "1 of 3 room(s) held for a while.",
    ]
    (night,) = explained(hotel, 5)
    assert (night.free, night.for_sale, night.is_open) == (0, 0, False)
    assert why(hotel, 6) == []


def test_limits_on_selling(hotel, double, tariff):
    Allotment.objects.create(
        property=hotel, room_type=double, date=stay(5, 1).arrival, max_to_sell=1
    )
    Allotment.objects.create(
        property=hotel, room_type=double, date=stay(6, 1).arrival, stop_sell=True
    )
    book(hotel, stay(5, 1))

    assert why(hotel, 5) == ["sold_out_allotment"]
    assert why(hotel, 6) == ["stop_sell"]
    assert [(one.free, one.for_sale) for one in explained(hotel, 5, 2)] == [(2, 0), (3, 0)]
    assert sentences(hotel, 5) == ["1 sold; at most 1 may be sold."]


def test_prices_and_their_conditions(hotel, tariff):
    def rates(start):
        return tariff.rates.filter(date=stay(start, 1).arrival)

    rates(5).delete()
    rates(6).update(closed=True)
    rates(7).update(closed_to_arrival=True)
    rates(8).update(closed_to_departure=True)
    rates(9).update(closed=True, closed_to_departure=True)

    assert [why(hotel, start) for start in range(5, 10)] == [
        ["no_price"],
        ["tariff_closed"],
        ["closed_to_arrival"],
        ["closed_to_departure"],
        ["tariff_closed", "closed_to_departure"],
    ]
    found = explained(hotel, 5, 5)
    assert [one.is_open for one in found] == [False, False, True, True, False]
    assert [one.takes_arrivals for one in found] == [False, False, False, True, False]
    assert [one.min_stay for one in found] == [None, None, 2, 2, None]


def test_one_open_tariff_is_enough(hotel, double, tariff):
    tariff.rates.update(closed=True)
    other = priced(hotel, double)
    assert why(hotel, 5) == []

    other.deleted_at = timezone.now()
    other.save()
    assert why(hotel, 5) == ["tariff_closed"]


def test_tariffs_for_one_weekday_close_the_others_for_arrivals(hotel, double, time_machine):
    time_machine.move_to("2030-06-01T12:00:00Z")  # a Saturday
    priced(hotel, double, arrival_weekday=5)

    assert [why(hotel, start) == [] for start in range(2, 9)] == [
        start == 6 for start in range(2, 9)
    ]
    priced(hotel, double)
    assert why(hotel, 3) == []


def test_the_rules_of_arrival(hotel, tariff, time_machine):
    time_machine.move_to("2030-06-01T12:00:00Z")
    tariff.delete()
    priced(hotel, hotel.rooms.first().room_type)
    settings = hotel.settings
    settings.min_days_before_arrival = 3
    settings.advance_limit_on, settings.advance_limit_days = True, 20
    settings.save()

    assert [why(hotel, start) for start in (-1, 0, 2, 3, 20, 21)] == [
        ["past"],
        ["arrival_window"],
        ["arrival_window"],
        [],
        [],
        ["arrival_window"],
    ]
    settings.fixed_arrival_on, settings.fixed_arrival_weekday = True, 6
    settings.save()
    assert [why(hotel, start) for start in (6, 7)] == [["changeover_day"], []]
    assert sentences(hotel, 2) == [
        "The first possible arrival is 2030-06-04.",
        "Guests arrive on a Saturday here.",
    ]


def test_types_are_told_apart_or_asked_for(hotel, double, tariff):
    twin = RoomType.objects.get(name="Twin", property=None)
    single = RoomType.objects.get(name="Single", property=None)
    Room.objects.create(property=hotel, room_type=twin, number="9")

    both = explained(hotel, 5, 2)

    assert [(one.date, one.room_type_id, one.rooms) for one in both] == [
        (night, kind, rooms)
        for night in stay(5, 2).nights
        for kind, rooms in sorted([(double.pk, 3), (twin.pk, 1)])
    ]
    assert why(hotel, 5, room_type_id=twin.pk) == ["no_price"]
    assert why(hotel, 5, room_type_id=double.pk) == []
    assert why(hotel, 5, room_type_id=single.pk) == ["no_rooms", "no_price"]


def test_a_property_without_rooms(hotel):
    hotel.rooms.all().delete()

    found = explained(hotel, 5, 2)

    assert [one.date for one in found] == stay(5, 2).nights
    assert {one.room_type_id for one in found} == {None}
    assert why(hotel, 5) == ["no_rooms", "no_price"]


def test_the_numbers_are_those_of_the_calendar(hotel, double, tariff, by):
    twin = RoomType.objects.get(name="Twin", property=None)
    Room.objects.create(property=hotel, room_type=twin, number="9")
    Allotment.objects.create(
        property=hotel, room_type=double, date=stay(7, 1).arrival, max_to_sell=2
    )
    book(hotel, stay(4, 5), rooms=RoomsWanted(2))
    block_create(
        property_id=hotel.pk, stay=stay(6, 3), room_ids=[hotel.rooms.get(number="9").pk], by=by
    )
    when = stay(2, 9)

    days = calendar(property_id=hotel.pk, first=when.arrival, last=when.last_night)

    found = explained(hotel, 2, 9)
    for one in days:
        here = [other for other in found if other.date == one.date]
        assert sum(other.for_sale for other in here) == one.for_sale
        assert sum(other.rooms - other.free for other in here) == one.taken


def test_one_query_however_many_nights(hotel, tariff, django_assert_num_queries):
    prop = Property.objects.select_related("settings", "property_type").get(pk=hotel.pk)

    with django_assert_num_queries(1):
        assert len(explanations(prop=prop, first=day("2030-01-01"), last=day("2030-12-31"))) == 365


@pytest.mark.parametrize(("flag", "skips"), [(BookingModel.SINGLE_ROOM, True), (0, False)])
def test_changeover_days_of_a_property_let_as_a_whole_are_free_weeks(
    hotel, time_machine, flag, skips
):
    time_machine.move_to("2030-06-01T12:00:00Z")
    hotel.property_type = PropertyType.objects.create(name="Hut", flag=flag)
    hotel.save()
    settings = hotel.settings
    settings.fixed_arrival_on, settings.fixed_arrival_weekday = True, 6
    settings.fixed_arrival_dates = 2
    settings.save()
    book(hotel, stay(13, 2))  # the last night of one week, the first of the next
    prop = Property.objects.select_related("settings", "property_type").get(pk=hotel.pk)

    found = arrival_dates_offered(prop=prop)

    expected = ["2030-06-22", "2030-06-29"] if skips else ["2030-06-08", "2030-06-15"]
    assert found == [day(text) for text in expected]


def test_without_changeover_days_nothing_is_asked(hotel, django_assert_num_queries):
    prop = Property.objects.select_related("settings", "property_type").get(pk=hotel.pk)

    with django_assert_num_queries(0):
        assert arrival_dates_offered(prop=prop) == []


def test_a_night_for_nothing_has_no_price(hotel, tariff):
    night = stay(5, 1).arrival
    tariff.rates.filter(date=night).update(price=0)

    assert why(hotel, 5) == ["no_price"]
    (told,) = calendar(property_id=hotel.pk, first=night, last=night)
    assert told.min_stay is None


def test_tariffs_for_the_other_part_of_the_week(hotel, double, time_machine):
    time_machine.move_to("2027-06-06T12:00:00Z")  # a Sunday; weekend nights are Friday and Saturday
    tariff = priced(hotel, double, weekend_only=True)
    assert [why(hotel, start) for start in (4, 5, 6, 7)] == [
        ["tariff_weekend"],
        [],
        [],
        ["tariff_weekend"],
    ]
    TariffType.objects.filter(pk=tariff.pk).update(weekend_only=False, allow_weekend=False)
    assert [why(hotel, start) for start in (4, 5, 6, 7)] == [
        [],
        ["tariff_weekend"],
        ["tariff_weekend"],
        [],
    ]
    assert not explained(hotel, 5)[0].is_open
    priced(hotel, double, weekend_only=True)
    assert why(hotel, 5) == []


def test_guests_leave_by_the_tariff_that_they_had(hotel, double, tariff):
    """Who had the night before by a tariff without a rate on the day may leave."""
    other = priced(hotel, double)
    tariff.rates.filter(date=stay(8, 1).arrival).update(closed_to_departure=True)
    other.rates.filter(date=stay(8, 1).arrival).delete()
    assert why(hotel, 8) == []
    other.rates.filter(date=stay(7, 1).arrival).update(closed=True)
    assert why(hotel, 8) == ["closed_to_departure"]


def test_rates_of_a_deleted_tariff_are_no_prices(hotel, tariff):
    TariffType.objects.filter(pk=tariff.pk).update(deleted_at=timezone.now())
    night = stay(5, 1).arrival

    assert why(hotel, 5) == ["no_price"]
    (told,) = calendar(property_id=hotel.pk, first=night, last=night)
    assert told.min_stay is None
