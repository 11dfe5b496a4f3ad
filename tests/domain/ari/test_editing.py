from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bookyflow.ari.editing import (
    NightsEdit,
    PriceChange,
    PriceStep,
    nights_edit,
    nights_preview,
)
from bookyflow.ari.rows import EVERY_DAY
from bookyflow.availability.models import Allotment
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.tariffs.models import DailyRate
from bookyflow.tariffs.selectors import weekday
from tests.domain.ari.conftest import price

pytestmark = pytest.mark.django_db


@pytest.fixture
def edit(hotel, plan, double, today):
    """An edit of the rate plan and the doubles on nights counted from today."""

    def make(first=0, last=9, **values):
        said = {
            "tariff_type_ids": frozenset({plan.pk}),
            "room_type_ids": frozenset({double.pk}),
        } | values
        return NightsEdit(today + timedelta(days=first), today + timedelta(days=last), **said)

    return make


@pytest.fixture
def save(hotel, by, edit):
    def do(*dates, **values):
        return nights_edit(property_id=hotel.pk, edit=edit(*dates, **values), by=by)

    return do


def to(step: PriceStep, amount: str) -> PriceChange:
    return PriceChange(step, Decimal(amount))


def test_a_price_is_set_on_weekdays_only(save, nights, today):
    weekend = frozenset({5, 6})

    done = save(0, 13, price=to(PriceStep.SET, "120"), weekdays=weekend)

    assert {weekday(today + timedelta(days=n)) for n in nights()} == weekend
    assert (done.days, set(nights("price").values())) == (4, {(price(120),)})


def test_prices_rise_by_per_cent_and_fall_by_amounts(save, nights, plan):
    save(0, 1, price=to(PriceStep.SET, "99.99"))
    save(1, 1, price=to(PriceStep.SET, "50"))

    risen = save(0, 9, price=to(PriceStep.PERCENT, "10"))
    save(0, 9, price=to(PriceStep.ADD, "-5"))

    assert nights("price") == {0: (price("104.99"),), 1: (price(50),)}
    assert risen.plans[plan.pk].before == (price(50), price("99.99"))
    assert risen.plans[plan.pk].after == (price(55), price("109.99"))


def test_restrictions_and_limits_come_with_prices(save, nights, double):
    done = save(
        0,
        1,
        price=to(PriceStep.SET, "80"),
        min_stay=2,
        max_stay=7,
        closed_to_arrival=True,
        inventory=2,
        stop_sell=True,
    )

    assert nights()[0] == (price(80), 2, 7, False, True, False)
    limits = set(Allotment.objects.values_list("max_to_sell", "stop_sell"))
    assert (limits, done.room_types) == ({(2, True)}, {double.pk: 2})

    save(0, 1, is_unlimited=True, stop_sell=False)

    assert not Allotment.objects.exists()


def test_a_preview_tells_the_same_and_writes_nothing(hotel, edit, save, plan):
    wanted = edit(0, 9, price=to(PriceStep.SET, "80"))

    told = nights_preview(prop=hotel, edit=wanted)

    assert not DailyRate.objects.exists()
    assert told == save(0, 9, price=to(PriceStep.SET, "80"))
    assert told.plans[plan.pk].nights == told.days == 10
    assert not nights_preview(prop=hotel, edit=wanted).plans


@pytest.mark.parametrize(
    ("dates", "values", "field"),
    [
        ((9, 0), {"min_stay": 2}, "last"),
        ((0, 9), {"min_stay": 0}, "min_stay"),
        ((0, 9), {"min_stay": 3, "max_stay": 2}, "max_stay"),
        ((0, 9), {"price": to(PriceStep.SET, "-1")}, "price"),
        ((0, 9), {"price": to(PriceStep.SET, "1.001")}, "price"),
        ((0, 9), {"price": to(PriceStep.ADD, "-81")}, "price"),
        ((0, 9999), {"min_stay": 2}, "last"),
        ((0, 99999), {"price": to(PriceStep.PERCENT, "10")}, "last"),
        ((0, 9), {"min_stay": 2, "weekdays": frozenset()}, "weekdays"),
        ((0, 9), {"min_stay": 2, "tariff_type_ids": frozenset()}, "tariff_type_ids"),
        ((0, 9), {"stop_sell": True, "room_type_ids": frozenset()}, "room_type_ids"),
        ((0, 9), {"inventory": -1}, "inventory"),
    ],
)
def test_refuses_what_makes_no_sense(save, nights, dates, values, field):
    save(0, 9, price=to(PriceStep.SET, "80"))

    with pytest.raises(DomainError) as refused:
        save(*dates, **values)

    assert (refused.value.key, list(refused.value.fields)) == ("validation_failed", [field])
    assert set(nights("price", "min_stay").values()) == {(price(80), 1)}


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({}, "validation_failed"),
        ({"price": to(PriceStep.ADD, "1"), "tariff_type_ids": frozenset({0})}, None),
        ({"min_stay": 2, "tariff_type_ids": frozenset({0})}, None),
        ({"stop_sell": True, "room_type_ids": frozenset({0})}, "no_rooms_of_this_type"),
    ],
)
def test_refuses_what_is_not_there(save, values, key):
    with pytest.raises(DomainError) as refused:
        save(0, 9, **values)

    assert refused.value.key == (key or "tariff_type_not_found")
    assert not Event.objects.exists()


def test_refuses_a_number_that_is_none():
    with pytest.raises(DomainError, match="validation_failed"):
        to(PriceStep.ADD, "NaN")


def test_nights_that_are_over_stay(save, nights):
    save(-5, 1, price=to(PriceStep.SET, "80"))

    assert set(nights()) == {0, 1}
    with pytest.raises(DomainError, match="dates_in_past"):
        save(-5, -1, price=to(PriceStep.SET, "80"))


def test_every_day_is_the_default(edit):
    assert edit().weekdays == EVERY_DAY
