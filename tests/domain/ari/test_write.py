from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookyflow.ari.rows import InvalidRow, Mode, Part
from bookyflow.ari.services import ari_write
from bookyflow.ari.targets import MOST_ROOMS
from bookyflow.availability.models import Allotment
from bookyflow.channels.models import ChannelProperty
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.models import DailyRate, TariffType
from tests.conftest import make_hotel
from tests.domain.ari.conftest import price
from tests.domain.conftest import book, stay

pytestmark = pytest.mark.django_db
HUNDRED = Decimal(100)


def keys(result):
    return [one.key for one in result.results]


def limits(double, today, prop=None):
    """Day from today → (rooms to sell, stopped), of the only property or of one."""
    rules = Allotment.objects.filter(room_type=double).order_by("date")
    return {
        (rule.date - today).days: (rule.max_to_sell, rule.stop_sell)
        for rule in (rules.filter(property=prop) if prop else rules)
    }


def test_what_a_row_names_is_set_and_all_else_stays(write, row, nights):
    write(row(0, 2, price=HUNDRED, min_stay=2, max_stay=9, closed_to_arrival=True))

    result = write(row(1, 1, price=price(120), stop_sell=True, closed_to_departure=True))

    before = (HUNDRED, 2, 9, False, True, False)
    assert nights() == {0: before, 1: (120, 2, 9, True, True, True), 2: before}
    assert [(one.place, one.changed, one.key) for one in result.results] == [(0, 1, "")]


def test_weekdays_choose_among_the_nights_of_a_range(write, row, nights, today):
    days = frozenset({5, 6})  # Friday and Saturday

    result = write(row(0, 13, price=HUNDRED, weekdays=days))

    assert result.changed == 4
    found = {(today + timedelta(days=night)).isoweekday() % 7 for night in nights()}
    assert found == days


def test_later_rows_win_value_by_value(write, row, nights):
    write(
        row(0, 2, price=HUNDRED, min_stay=3),
        row(1, 2, price=price(90)),
        row(2, min_stay=1, price=price(80)),
    )

    assert nights("price", "min_stay") == {0: (100, 3), 1: (90, 3), 2: (80, 1)}


def test_a_new_night_begins_with_the_shortest_stay_of_the_property(write, row, nights, hotel):
    PropertySettings.objects.filter(property=hotel).update(minimum_interval=3)

    write(row(0, price=HUNDRED))

    assert nights("price", "min_stay") == {0: (100, 3)}


def test_conditions_of_a_night_without_a_price_wait_for_it(write, row, nights):
    write(row(0, stop_sell=True, min_stay=2))
    assert nights("price", "closed", "min_stay") == {0: (0, True, 2)}

    write(row(0, price=HUNDRED))

    assert nights("price", "closed", "min_stay") == {0: (100, True, 2)}


def test_a_longest_stay_of_0_is_none(write, row, nights):
    write(row(0, price=HUNDRED, max_stay=4))
    write(row(0, max_stay=0))

    assert nights("max_stay") == {0: (None,)}


def test_a_room_type_is_all_its_rate_plans(write, row, nights, hotel, double, plan):
    other = TariffType.objects.create(property=hotel, room_type=double, name="Breakfast")
    twin = RoomType.objects.get(name="Twin", property=None)
    third = TariffType.objects.create(property=hotel, room_type=twin)

    result = write(row(0, plan=None, kind=double, price=HUNDRED))

    assert result.changed == 2
    assert nights("price") == nights("price", of=other) == {0: (100,)}
    assert nights("price", of=third) == {}


def test_nights_that_are_over_stay_as_they_are(write, row, nights):
    result = write(row(-3, 1, price=HUNDRED), row(-3, -1, price=HUNDRED))

    assert list(nights()) == [0, 1]
    assert keys(result) == ["", "dates_in_past"]


def test_a_stop_is_of_the_rate_plan_or_else_of_the_room_type(
    write, row, nights, hotel, double, today
):
    write(row(0, 1, price=HUNDRED), row(0, plan=None, kind=double, stop_sell=True))
    assert nights("closed") == {0: (False,), 1: (False,)}
    assert limits(double, today) == {0: (None, True)}

    write(row(1, kind=double, stop_sell=True))

    assert nights("closed") == {0: (False,), 1: (True,)}
    assert limits(double, today) == {0: (None, True)}


@pytest.mark.parametrize("seed", range(4))
def test_rows_of_one_call_do_what_each_does_in_a_call_of_its_own(
    write, row, nights, hotel, linked, manager, double, plan, today, seed
):
    other = make_hotel(manager)
    ChannelProperty.objects.create(channel=linked, property=other)
    there = TariffType.objects.create(property=other, room_type=double)
    for prop in (hotel, other):
        book(prop, stay(2, 3))
    alone, together = [], []
    for said in _some_rows(Random(seed)):
        (result,) = write(row(**said)).results
        alone.append((result.changed, result.key))
        together.append(row(**said, prop=other, **{"plan": there} if "plan" not in said else {}))

    found = write(*together).results

    assert [(one.changed, one.key) for one in found] == alone
    assert {key for _, key in alone} == {"", "validation_failed"}
    assert nights(of=there) == nights(of=plan) != {}
    assert limits(double, today, other) == limits(double, today, hotel) != {}


def _some_rows(chance):
    """Rows about a few nights, of the rate plan, the room type or both."""
    kind = RoomType.objects.get(name="Double", property=None)
    for _ in range(60):
        first = chance.randrange(6)
        said = {"first": first, "last": first + chance.choice([0, 0, 0, 1, 4])}
        of_rates = {
            "price": Decimal(chance.randrange(98, 101)),
            "min_stay": chance.randrange(1, 4),
            "max_stay": chance.choice([0, 2, 3]),
            "closed_to_arrival": chance.random() < 0.5,
            "stop_sell": chance.random() < 0.5,
        }
        names = chance.sample(sorted(of_rates), chance.randrange(1, 4))
        said |= {name: of_rates[name] for name in names}
        if chance.random() < 0.3:
            said["weekdays"] = frozenset(chance.sample(range(7), 3))
        if chance.random() < 0.5:
            said |= {"kind": kind, chance.choice(["inventory", "rooms_left"]): chance.randrange(3)}
            if chance.random() < 0.4:
                said["plan"] = None
        yield said


def test_a_row_of_weekdays_that_its_range_does_not_have_does_nothing(write, row, double, today):
    other_days = frozenset(range(7)) - {today.isoweekday() % 7}

    result = write(row(0, price=HUNDRED, kind=double, rooms_left=1, weekdays=other_days))

    assert (result.changed, result.refused) == (0, 0)


def test_rooms_to_sell_in_all_or_beyond_those_that_are_booked(write, row, hotel, double, by, today):
    first = book(hotel, stay(0, 2))
    book(hotel, stay(1, 1))
    rooms = {"plan": None, "kind": double}

    write(row(0, 2, **rooms, rooms_left=1), row(2, **rooms, inventory=3))

    assert limits(double, today) == {0: (2, False), 1: (3, False), 2: (3, False)}
    booking_cancel(booking_id=first.pk, property_id=hotel.pk, by=by)
    result = write(row(0, 2, **rooms, rooms_left=1))
    assert limits(double, today) == {0: (1, False), 1: (2, False), 2: (1, False)}
    assert result.changed == 3


def test_prices_and_rooms_in_one_row(write, row, nights, double, today):
    write(row(0, kind=double, price=HUNDRED, inventory=2))

    assert nights("price") == {0: (100,)}
    assert limits(double, today) == {0: (2, False)}


def test_delta_tells_of_what_differs_only(write, row, nights):
    write(row(0, 4, price=HUNDRED))
    versions = list(DailyRate.objects.order_by("date").values_list("pk", flat=True))

    result = write(
        row(0, price=HUNDRED),
        row(1, price=price(90)),
        row(2, 4, price=HUNDRED, min_stay=1),
        row(3, plan=None, price=HUNDRED),
        mode=Mode.DELTA,
    )

    assert [(one.place, one.changed, one.key) for one in result.results] == [
        (1, 1, ""),
        (3, 0, "validation_failed"),
    ]
    assert result.rows == 4
    assert nights("price")[1] == (90,)
    assert list(DailyRate.objects.order_by("date").values_list("pk", flat=True)) == versions


def test_what_is_removed_is_as_if_nobody_had_said_it(write, row, nights, remove, plan, hotel):
    PropertySettings.objects.filter(property=hotel).update(minimum_interval=2)
    write(row(0, 1, price=HUNDRED, min_stay=4, max_stay=7, closed_to_arrival=True))

    remove("min_stay", "max_stay")
    assert nights() == dict.fromkeys((0, 1), (100, 2, None, False, True, False))
    remove("price", first=0, last=0)
    assert nights("price", "closed_to_arrival") == {0: (0, True), 1: (100, True)}

    remove(*(part for part in Part if part is not Part.INVENTORY))

    assert nights() == {}


def test_a_limit_is_removed_and_a_stop_taken_back(write, row, remove, double, today):
    rooms = {"plan": None, "kind": double}
    write(row(0, 1, **rooms, inventory=2, stop_sell=True))

    remove("inventory", first=0, last=0, **rooms)
    assert limits(double, today) == {0: (None, True), 1: (2, True)}
    remove("stop_sell", **rooms)

    assert limits(double, today) == {1: (2, False)}


@pytest.mark.parametrize(
    ("values", "key", "field"),
    [
        ({}, "validation_failed", ""),
        ({"last": -1}, "validation_failed", "last"),
        ({"last": 5000, "price": HUNDRED}, "validation_failed", "last"),
        ({"price": price(-1)}, "validation_failed", "price"),
        ({"price": price("NaN")}, "validation_failed", "price"),
        ({"price": price("1.234")}, "validation_failed", "price"),
        ({"min_stay": 0}, "validation_failed", "min_stay"),
        ({"min_stay": 40_000}, "validation_failed", "min_stay"),
        ({"max_stay": -1}, "validation_failed", "max_stay"),
        ({"min_stay": 3, "max_stay": 2}, "validation_failed", "max_stay"),
        ({"inventory": 1}, "validation_failed", "room_type_id"),
        ({"inventory": -1}, "validation_failed", "inventory"),
        ({"rooms_left": MOST_ROOMS + 1}, "validation_failed", "rooms_left"),
        ({"rooms_left": 1, "inventory": 1}, "validation_failed", "rooms_left"),
        ({"plan": None, "price": HUNDRED}, "validation_failed", "room_type_id"),
        ({"parts": frozenset({Part.PRICE})}, "validation_failed", "parts"),
    ],
)
def test_what_makes_no_sense_is_refused(write, row, values, key, field):
    refused = write(row(0, **values), row(0, price=HUNDRED)).results[0].error

    assert (refused.key, list(refused.fields)) == (key, [field])


def test_what_is_not_there_is_refused(write, row, hotel, double, stranger):
    twin = RoomType.objects.get(name="Twin", property=None)
    elsewhere = make_hotel(stranger)
    kind = elsewhere.rooms.first().room_type
    foreign = TariffType.objects.create(property=elsewhere, room_type=kind)
    Room.objects.create(property=hotel, room_type=twin, number="9")

    result = write(
        row(0, prop=elsewhere, plan=foreign, price=HUNDRED),
        row(0, plan=foreign, price=HUNDRED),
        row(0, plan=None, kind=twin, price=HUNDRED),
        row(0, kind=twin, price=HUNDRED),
        row(0, plan=foreign, kind=double, inventory=1),
        row(0, plan=None, kind=RoomType.objects.get(name="Single", property=None), inventory=1),
        InvalidRow({"price": ["No."]}),
    )

    assert keys(result) == [
        "property_not_found",
        "tariff_type_not_found",
        "no_tariffs_yet",
        "room_type_incorrect",
        "tariff_type_not_found",
        "no_rooms_of_this_type",
        "validation_failed",
    ]
    assert not Event.objects.exists()
    with pytest.raises(DomainError, match="rows_refused"):
        result.refuse_if_none()


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"parts": None}, ""), ({"price": HUNDRED, "parts": frozenset({Part.PRICE})}, "parts")],
)
def test_removal_needs_names_and_no_values(write, row, asked, field):
    (result,) = write(row(0, **asked), mode=Mode.REMOVE).results

    assert list(result.error.fields) == [field]


def test_stays_stay_in_order_with_what_the_night_has(write, row, nights):
    write(row(0, 2, price=HUNDRED, min_stay=2, max_stay=5))

    result = write(
        row(1, 2, max_stay=1, price=price(80)), row(0, min_stay=6), row(0, min_stay=6, max_stay=7)
    )

    assert [list(one.error.fields) if one.error else [] for one in result.results] == [
        ["max_stay"],
        ["min_stay"],
        [],
    ]
    assert nights("price", "min_stay", "max_stay") == {
        0: (100, 6, 7),
        1: (100, 2, 5),
        2: (100, 2, 5),
    }


def test_atomic_rows_are_all_done_or_none(write, row, nights):
    good, bad = row(0, price=HUNDRED), row(1, price=price(-1))
    with pytest.raises(DomainError) as refused:
        write(good, bad, row(2, min_stay=0), atomic=True)

    assert refused.value.key == "validation_failed"
    assert sorted(refused.value.fields) == ["rows[1].price", "rows[2].min_stay"]
    assert list(refused.value.results) == ["1", "2"]
    assert nights() == {}
    with pytest.raises(DomainError, match="rows_refused"):
        write(bad, row(-2, -1, price=HUNDRED), atomic=True)
    assert write(good, row(1, price=HUNDRED), atomic=True).changed == 2


def test_a_call_looks_at_so_many_nights_at_most(write, row):
    with pytest.raises(DomainError) as refused:
        write(row(0, 4, price=HUNDRED), row(0, 5, price=HUNDRED), most_nights=10)

    assert list(refused.value.fields) == ["rows"]
    assert write(row(0, 4, price=HUNDRED), row(0, 4, price=HUNDRED), most_nights=10).changed == 5


def test_one_event_tells_of_rates_and_one_of_rooms(write, row, hotel, double, plan, today):
    rooms = {"plan": None, "kind": double}
    rows = [row(0, 3, price=HUNDRED), row(1, price=price(90)), row(2, 4, **rooms, inventory=2)]

    write(*rows)
    write(*rows[::2], row(1, price=price(90)))

    told = list(Event.objects.order_by("pk").values_list("kind", "property_id", "data"))
    assert told[:2] == [
        ("tariffs_updated", hotel.pk, {"tariff_type_ids": [plan.pk]}),
        (
            "availability_updated",
            hotel.pk,
            {
                "room_type_ids": [double.pk],
                "date_from": (today + timedelta(days=2)).isoformat(),
                "date_to": (today + timedelta(days=4)).isoformat(),
            },
        ),
    ]
    assert len(told) == 2
    plan.refresh_from_db()
    assert plan.version == 2


def test_statements_are_as_many_for_any_number_of_rows_and_properties(
    write, row, linked, manager, double
):
    def cost(*rows):
        with CaptureQueriesContext(connection) as captured:
            assert not write(*rows).refused
        return len(captured)

    rooms = {"plan": None, "kind": double}
    few = cost(row(0, price=HUNDRED, max_stay=5), row(0, **rooms, rooms_left=2))
    others = []
    for number in range(4):
        prop = make_hotel(manager)
        ChannelProperty.objects.create(channel=linked, property=prop)
        kind = prop.rooms.first().room_type
        plan = TariffType.objects.create(property=prop, room_type=kind)
        others += [
            row(0, 40, prop=prop, plan=plan, price=HUNDRED),
            row(0, 40, prop=prop, plan=None, kind=kind, rooms_left=number),
        ]

    assert cost(row(5, 90, price=HUNDRED), row(0, 9, **rooms, rooms_left=1), *others) == few


def test_a_property_of_another_channel_is_not_found(row, channel, reach, by):
    result = ari_write(rows=[row(0, price=HUNDRED)], channel_id=channel.pk, reach=reach, by=by)

    assert keys(result) == ["property_not_found"]
