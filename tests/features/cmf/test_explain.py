"""Why a stay can be had, or not: all that the engine says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bookyflow.availability.models import Allotment
from bookyflow.core.acting import SYSTEM
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.stay_request import VISITOR, RoomRequest, StayRequest
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.models import DailyRate, Extra, TariffType
from tests.domain.conftest import book, stay
from tests.domain.reservations.conftest import price
from tests.examples import example
from tests.features.cmf.conftest import BASE, day, refusal, reservation, sent, stay_info, value
from tests.features.cmf.test_statements import READ, counted

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(hotel, double):
    """The hotel with one rate plan at 120 a night."""
    price(hotel, double, 120)
    return hotel


@pytest.fixture
def plan(house):
    return house.tariff_types.get()


@pytest.fixture
def explain(ota, house):
    """What is said of the nights from one to another, counted from today."""

    def ask(first=3, last=4, people=2):
        path = f"{BASE}property/explain/{house.pk}/{day(first)}/{day(last)}/{people}"
        return value(ota.get(path))

    return ask


@pytest.fixture
def rules(explain, double, plan):
    """What speaks against the rate plan: rule → nights counted from today."""

    def ask(*asked):
        found = explain(*asked)[str(double.pk)]["tariff_types"][str(plan.pk)]
        today = date.fromisoformat(day(0))
        return {
            one["rule"]: [(date.fromisoformat(night) - today).days for night in one["nights"]]
            for one in found["reasons"]
        }

    return ask


def test_rate_plans_with_their_price_or_every_reason(explain, house, double, plan):
    shown = example("cmf.property_explain").answer["3"]
    TariffType.objects.filter(pk=plan.pk).update(name="Flexible")
    week = TariffType.objects.create(property=house, room_type=double, name="Week")
    DailyRate.objects.bulk_create(
        DailyRate(
            tariff_type=week, property=house, date=day(n), price=100, min_stay=7, closed=n == 3
        )
        for n in range(3, 12)
    )
    flexible, other = shown["tariff_types"].values()
    closed, least = other["reasons"]

    found = explain(3, 4)

    assert found == {
        str(double.pk): shown
        | {
            "tariff_types": {
                str(plan.pk): flexible,
                str(week.pk): other
                | {
                    "reasons": [
                        closed
                        | {
                            "nights": [day(3)],
                            "message": f"The night of {day(3)} is closed.",
                        },
                        least | {"nights": [day(3), day(4)]},
                    ]
                },
            }
        }
    }


def test_every_rule_is_told_with_its_nights(rules, house, double, plan):
    assert rules() == {}
    rates = DailyRate.objects.filter(tariff_type=plan)
    rates.filter(date=day(3)).update(closed_to_arrival=True, min_stay=4)
    rates.filter(date=day(4)).update(price=0, max_stay=1)
    rates.filter(date=day(5)).update(closed_to_departure=True)
    Allotment.objects.create(property=house, room_type=double, date=day(4), stop_sell=True)
    block_create(property_id=house.pk, stay=stay(3, 1), room_ids=[], by=SYSTEM)
    PropertySettings.objects.filter(property=house).update(
        min_days_before_arrival=10, fixed_periods_on=True, fixed_period_nights=7
    )
    TariffType.objects.filter(pk=plan.pk).update(max_people=2)

    assert rules(3, 4, 3) == {
        "arrival_too_soon": [3],
        "fixed_period": [],
        "blocked": [3],
        "stop_sell": [4],
        "too_many_adults": [],
        "no_price": [4],
        "min_stay": [3],
        "max_stay": [4],
        "closed_to_arrival": [3],
        "closed_to_departure": [5],
        "party_too_large": [],
    }


def test_a_limit_that_is_reached_and_a_property_that_is_not_for_sale(rules, house, double):
    book(house, stay(3, 1))
    Allotment.objects.create(property=house, room_type=double, date=day(3), max_to_sell=1)
    house.is_published = False
    house.save()

    assert rules() == {"not_bookable_online": [], "sold_out_allotment": [3]}


def test_no_room_is_free_on_all_nights_although_each_has_one(rules, house):
    house.rooms.exclude(number="1").delete()
    Room.objects.create(
        property=house, room_type=house.rooms.get().room_type, number="2", max_occupancy=2
    )
    first, second = house.rooms.order_by("number")
    block_create(property_id=house.pk, stay=stay(3, 1), room_ids=[first.pk], by=SYSTEM)
    block_create(property_id=house.pk, stay=stay(4, 1), room_ids=[second.pk], by=SYSTEM)

    assert rules() == {"no_room_available": []}


def test_the_total_is_that_of_a_quote(explain, house, double, plan):
    PropertySettings.objects.filter(property=house).update(cleaning_fee=30, city_tax=2)
    house.settings.refresh_from_db()
    for kind in (None, double, RoomType.objects.get(name="Twin", property=None)):
        Extra.objects.create(
            property=house, name="Linen", price=Decimal(9), forced=True, room_type=kind
        )
    when = stay(3, 2)
    asked = StayRequest(
        when.arrival, when.departure, (RoomRequest(double.pk, tariff_type_id=plan.pk),), adults=2
    )

    found = explain(3, 4)[str(double.pk)]["tariff_types"][str(plan.pk)]

    quote = quote_make(prop=house, stay_request=asked, booker=VISITOR)
    assert found["total"] == str(quote.breakdown.total)
    assert quote.breakdown.total > 240 + 30 + 18


def test_what_cannot_be_explained(ota, house):
    path = f"{BASE}property/explain/{house.pk}"

    nobody = ota.get(f"{path}/{day(3)}/{day(4)}/0")
    reversed_range = ota.get(f"{path}/{day(4)}/{day(3)}/2")

    assert refusal(nobody) == (400, "validation_failed", ["number_of_people"])
    assert refusal(reversed_range) == (400, "validation_failed", ["end_date"])
    house.rooms.all().delete()
    assert value(ota.get(f"{path}/{day(3)}/{day(4)}/2")) == {}


def test_statements_do_not_grow_with_room_types_and_rate_plans(ota, house):
    path = f"{BASE}property/explain/{house.pk}/{day(3)}/{day(4)}/2"
    ota.get(path)  # the property is kept from now on
    few, _ = counted(lambda: ota.get(path))
    kinds = [RoomType.objects.create(name=f"Kind {number}") for number in range(6)]
    for number, kind in enumerate(kinds):
        Room.objects.create(property=house, room_type=kind, number=f"9{number}")
        price(house, kind, 90)
        price(house, kind, 80)
    many, found = counted(lambda: ota.get(path))

    assert len(found) == 7
    assert all(one["bookable"] for one in found.values())
    assert few == many <= READ
    for kind in kinds[:4]:
        Allotment.objects.create(property=house, room_type=kind, date=day(3), stop_sell=True)
    mixed, found = counted(lambda: ota.get(path))
    assert mixed == few + 1  # which asks what closes the nights of all of them
    assert sum(one["bookable"] for one in found.values()) == 3


def test_doors_of_channels_say_which_rule_it_was(ota, house, plan):
    path = f"{BASE}property/price/{house.pk}"

    def said(first, last, people):
        answer = ota.get(f"{path}/{day(first)}/{day(last)}/{people}")
        return answer.json()["key"], answer.json()["detail"]

    rates = DailyRate.objects.filter(tariff_type=plan)
    rates.filter(date=day(3)).update(min_stay=3)
    rates.filter(date=day(6)).update(closed=True)
    TariffType.objects.filter(pk=plan.pk).update(max_people=2)
    block_create(property_id=house.pk, stay=stay(9, 1), room_ids=[], by=SYSTEM)

    assert said(3, 4, 2) == ("no_valid_tariffs", "At least 3 nights have to be booked.")
    assert said(4, 5, 3) == ("no_valid_tariffs", "It is for 2 adults at most.")
    assert said(6, 6, 2) == ("no_valid_tariffs", f"The night of {day(6)} is closed.")
    assert said(9, 9, 2) == ("property_not_available", f"{day(9)}: 3 of 3 room(s) blocked.")


def test_a_reservation_for_too_many_says_so(ota, house, double):
    def said(remote_id, **changes):
        one = stay_info(house, room_type_id=double.pk, **changes)
        answer = ota.put(BASE + "reservations/add", sent(reservation(remote_id, one)))
        return answer.json()["key"], answer.json()["detail"]

    assert said("A1", guest_number=3) == (
        "no_room_available",
        "The rooms sleep at most 2 adults.",
    )
    Allotment.objects.create(property=house, room_type=double, date=day(3), max_to_sell=0)
    assert said("A2", guest_number=2) == (
        "no_room_available",
        "The allotment of the room type is sold out.",
    )
