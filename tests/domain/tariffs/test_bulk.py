from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.tariffs.bulk import FirstPrice, StandardRate, first_prices_set, standard_rates_change
from bookyflow.tariffs.models import DailyRate, TariffType
from bookyflow.tariffs.tariff_types import tariff_delete
from tests.conftest import make_hotel
from tests.domain.tariffs.conftest import june

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("june_2030")]


@pytest.fixture
def first(hotel, by):
    """A first price of 100 for a year at the hotel; the id of its tariff type."""
    wanted = {hotel.pk: FirstPrice(Decimal(100), 2)}
    return first_prices_set(wanted=wanted, years=1, by=by)[hotel.pk][0]


@pytest.fixture
def rate(hotel, first):
    return StandardRate(
        tariff_type_id=first,
        property_id=hotel.pk,
        price=Decimal(120),
        former_price=Decimal(100),
        min_stay=2,
        former_min_stay=1,
    )


def night(day: int) -> tuple[int, int]:
    found = DailyRate.objects.get(date=june(day))
    return int(found.price), found.min_stay


def test_first_prices_hold_for_the_years_given(first):
    rates = DailyRate.objects.order_by("date")

    assert (rates.first().date, rates.last().date) == (june(1), date(2031, 6, 1))
    assert set(rates.values_list("price", "min_stay")) == {(Decimal(100), 1)}
    assert Event.objects.get().data == {"tariff_type_ids": [first]}


def test_first_prices_are_set_everywhere_or_nowhere(hotel, first, by, stranger):
    other = make_hotel(stranger, name="Other")
    price = FirstPrice(Decimal(80), 2)

    with pytest.raises(DomainError) as twice:
        first_prices_set(wanted={other.pk: price, hotel.pk: price}, years=1, by=by)
    with pytest.raises(DomainError) as nowhere:
        first_prices_set(wanted={10**6: price}, years=1, by=by)

    assert twice.value.key == "tariffs_already_exist"
    assert nowhere.value.key == "property_not_found"
    assert not TariffType.objects.filter(property=other).exists()


def test_nights_priced_by_hand_keep_their_price(first, rate, by):
    DailyRate.objects.filter(date=june(5)).update(price=Decimal(200))
    DailyRate.objects.filter(date=june(6)).delete()

    standard_rates_change(changes=[rate], years=1, by=by)

    assert [night(day) for day in (4, 5, 6)] == [(120, 2), (200, 2), (120, 2)]
    assert TariffType.objects.get().version == 2
    assert Event.objects.count() == 2


def test_a_deleted_tariff_gets_no_new_nights(hotel, first, rate, by):
    tariff_delete(property_id=hotel.pk, tariff_type_id=first, by=by)

    standard_rates_change(changes=[replace(rate, min_stay=1)], years=1, by=by)

    assert not DailyRate.objects.exists()
