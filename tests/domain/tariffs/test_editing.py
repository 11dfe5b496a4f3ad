from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.properties.models import Property, TariffMode
from bookyflow.rooms.models import Room
from bookyflow.tariffs.editing import (
    Modifiers,
    OnePrice,
    tariff_save_advanced,
    tariff_save_standard,
    tariffs_save_normal,
)
from bookyflow.tariffs.models import DailyRate, TariffType
from bookyflow.tariffs.modes import tariff_mode_set
from bookyflow.tariffs.selectors import years_from
from tests.domain.tariffs.conftest import june, settings_set

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("june_2030")]


@pytest.fixture
def in_mode(hotel):
    """Put the hotel into a tariff mode."""

    def change(mode: TariffMode):
        settings_set(hotel, tariff_mode=mode)
        return hotel

    return change


@pytest.fixture
def advanced(in_mode, double, by):
    """Save a tariff of the hotel's doubles from one day of June to another."""
    prop = in_mode(TariffMode.ADVANCED)

    def write(first=1, last=10, price=100, min_stay=1, tariff_type_id=None, **conditions):
        return tariff_save_advanced(
            property_id=prop.pk,
            room_type_id=double.pk,
            price=Decimal(price),
            valid_from=june(first) if isinstance(first, int) else first,
            valid_to=june(last) if isinstance(last, int) else last,
            min_stay=min_stay,
            tariff_type_id=tariff_type_id,
            conditions=conditions,
            by=by,
        )

    return write


@pytest.fixture
def standard(in_mode, double, by):
    """Save the standard tariff of the hotel's doubles."""
    prop = in_mode(TariffMode.STANDARD)

    def write(prices=None, modifiers=None, **texts):
        return tariff_save_standard(
            property_id=prop.pk,
            room_type_id=double.pk,
            prices=prices or {june(1): Decimal(90), june(2): Decimal(95)},
            min_stays={june(1): 2},
            modifiers=modifiers or Modifiers(),
            by=by,
            **texts,
        )

    return write


def rates() -> list[tuple[int, int, int]]:
    found = DailyRate.objects.order_by("date")
    return [(rate.date.day, int(rate.price), rate.min_stay) for rate in found]


def kinds() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def key_of(call, *args, **kwargs) -> tuple[str, list[str]]:
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    return refused.value.key, list(refused.value.fields)


def test_advanced_is_one_price_in_a_window(advanced):
    pk = advanced(3, 5, 120, 2, name="Summer", max_stay=9)

    tariff_type = TariffType.objects.get()
    assert (tariff_type.pk, tariff_type.name, tariff_type.max_stay) == (pk, "Summer", 9)
    assert rates() == [(3, 120, 2), (4, 120, 2), (5, 120, 2)]
    assert kinds() == ["tariffs_updated"]


def test_a_new_window_replaces_the_old_one_and_ids_stay(advanced):
    pk = advanced(3, 5)
    kept = DailyRate.objects.get(date=june(5)).pk

    assert advanced(5, 6, 80, tariff_type_id=pk) == pk

    assert rates() == [(5, 80, 1), (6, 80, 1)]
    assert DailyRate.objects.get(date=june(5)).pk == kept
    assert (TariffType.objects.get().version, kinds()) == (2, ["tariffs_updated"] * 2)


def test_the_same_window_again_is_no_change(advanced):
    pk = advanced()

    advanced(tariff_type_id=pk)

    assert (TariffType.objects.get().version, kinds()) == (1, ["tariffs_updated"])


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"first": 5, "last": 4}, "valid_to"),
        ({"last": date(2041, 1, 1)}, "valid_to"),
        ({"first": date(2000, 1, 1)}, "valid_to"),
        ({"price": 0}, "price"),
        ({"price": -1}, "price"),
        ({"price": "NaN"}, "price"),
        ({"price": "1e9"}, "price"),
        ({"min_stay": 0}, "min_stay"),
        ({"min_stay": 8, "max_stay": 7}, "min_stay"),
        ({"min_people": 3, "max_people": 2}, "max_people"),
    ],
)
def test_advanced_refuses_what_makes_no_sense(advanced, terms, field):
    assert key_of(advanced, **terms) == ("validation_failed", [field])
    assert not Event.objects.exists()


def test_a_condition_at_fault_is_named(advanced):
    with pytest.raises(ValidationError) as refused:
        advanced(max_people="many")
    assert list(refused.value.message_dict) == ["max_people"]


@pytest.mark.parametrize("mode", [TariffMode.NORMAL, TariffMode.MICROMANAGE, TariffMode.STANDARD])
def test_advanced_needs_its_mode(advanced, in_mode, mode):
    in_mode(mode)

    assert key_of(advanced)[0] == "tariff_save_method_not_valid"


def test_normal_is_one_price_per_room_type_for_as_many_years_as_are_priced(
    in_mode, double, twin, by
):
    prop = in_mode(TariffMode.NORMAL)
    settings_set(prop, years_to_price=3)

    found = tariffs_save_normal(
        property_id=prop.pk,
        prices={double.pk: OnePrice(Decimal(100), 2), twin.pk: OnePrice(Decimal(80), 4)},
        by=by,
    )

    assert list(found) == sorted([double.pk, twin.pk])
    tariff_type = TariffType.objects.get(pk=found[twin.pk])
    assert (tariff_type.room_type, tariff_type.max_people, tariff_type.max_stay) == (twin, 4, 365)
    of_twins = DailyRate.objects.filter(tariff_type=tariff_type).order_by("date")
    assert (of_twins.first().date, of_twins.last().date) == (june(1), years_from(june(1), 3))
    assert set(of_twins.values_list("price", "min_stay")) == {(Decimal(80), 1)}
    assert kinds() == ["tariffs_updated"]
    assert Event.objects.get().data == {"tariff_type_ids": sorted(found.values())}


def test_normal_keeps_ids_and_restrictions_and_drops_later_nights(in_mode, double, by):
    prop = in_mode(TariffMode.NORMAL)
    settings_set(prop, years_to_price=1)
    first = tariffs_save_normal(
        property_id=prop.pk, prices={double.pk: OnePrice(Decimal(100), 2)}, by=by
    )
    DailyRate.objects.filter(date=june(5)).update(closed=True)
    DailyRate.objects.create(
        property=prop, tariff_type_id=first[double.pk], date=date(2035, 1, 1), price=Decimal(1)
    )

    again = tariffs_save_normal(
        property_id=prop.pk, prices={double.pk: OnePrice(Decimal(90), 3)}, by=by
    )

    assert again == first
    assert DailyRate.objects.get(date=june(5)).closed
    assert set(DailyRate.objects.values_list("price", flat=True)) == {Decimal(90)}
    assert not DailyRate.objects.filter(date__gt=date(2031, 6, 1)).exists()
    assert TariffType.objects.get().max_people == 3


def test_a_closed_night_beyond_the_years_that_are_priced_stays_closed(in_mode, double, by):
    prop = in_mode(TariffMode.NORMAL)
    settings_set(prop, years_to_price=2)
    wanted = {double.pk: OnePrice(Decimal(100), 2)}
    tariffs_save_normal(property_id=prop.pk, prices=wanted, by=by)
    DailyRate.objects.filter(date=date(2032, 1, 1)).update(closed=True)

    for years in (1, 2):
        settings_set(prop, years_to_price=years)
        tariffs_save_normal(property_id=prop.pk, prices=wanted, by=by)

    assert [one.date for one in DailyRate.objects.filter(closed=True)] == [date(2032, 1, 1)]


def test_a_new_window_leaves_closed_nights_closed(advanced):
    pk = advanced(3, 5, 120, 2)
    DailyRate.objects.filter(date=june(4)).update(closed=True, closed_to_departure=True)

    advanced(4, 8, 130, 1, tariff_type_id=pk)

    rate = DailyRate.objects.get(date=june(4))
    assert (rate.price, rate.closed, rate.closed_to_departure) == (130, True, True)


def test_a_closed_night_outside_the_new_window_does_not_bind_to_the_mode(advanced, by):
    pk = advanced(3, 5, 120, 2)
    DailyRate.objects.filter(date=june(4)).update(closed=True)
    advanced(20, 25, 130, 1, tariff_type_id=pk)

    tariff_mode_set(property_id=Property.objects.get().pk, mode=TariffMode.NORMAL, by=by)

    assert DailyRate.objects.get(date=june(4)).closed


def test_the_same_normal_price_again_is_no_change(in_mode, double, by):
    prop = in_mode(TariffMode.NORMAL)
    wanted = {double.pk: OnePrice(Decimal(100), 2)}
    tariffs_save_normal(property_id=prop.pk, prices=wanted, by=by)
    version = TariffType.objects.get().version

    tariffs_save_normal(property_id=prop.pk, prices=wanted, by=by)

    assert (kinds(), TariffType.objects.get().version) == (["tariffs_updated"], version)


def test_normal_is_all_or_nothing(in_mode, double, by):
    prop = in_mode(TariffMode.NORMAL)
    good = OnePrice(Decimal(100), 2)

    wrong = [
        key_of(tariffs_save_normal, property_id=prop.pk, prices={double.pk: good, **bad}, by=by)[0]
        for bad in ({10**6: good}, {2: OnePrice(Decimal(0), 2)}, {2: OnePrice(Decimal(1), 0)})
    ]
    with pytest.raises(ValidationError):
        tariffs_save_normal(
            property_id=prop.pk, prices={double.pk: OnePrice(Decimal(1), 40_000)}, by=by
        )

    assert wrong == ["room_type_incorrect", "validation_failed", "validation_failed"]
    assert not TariffType.objects.exists()


def test_standard_is_one_tariff_per_room_type_up_to_the_capacity(hotel, standard):
    modifiers = Modifiers(
        extra_guest_price=Decimal(15), discount_7=Decimal(5), discount_30=Decimal(10)
    )
    pk = standard(modifiers=modifiers, name="Standard", description="All in")

    tariff_type = TariffType.objects.get()
    assert (tariff_type.min_people, tariff_type.max_people) == (1, 6)
    assert (tariff_type.extra_guest_price, tariff_type.discount_7, tariff_type.discount_30) == (
        15,
        5,
        10,
    )
    assert rates() == [(1, 90, 2), (2, 95, 2)]
    assert kinds() == ["tariffs_updated"]
    Room.objects.filter(property=hotel, number="3").delete()
    assert standard({june(2): Decimal(80)}, Modifiers()) == pk
    tariff_type.refresh_from_db()
    assert (tariff_type.name, tariff_type.description) == ("Standard", "All in")
    assert (tariff_type.max_people, tariff_type.discount_7) == (4, None)
    assert rates() == [(2, 80, 2)]


def test_standard_of_a_property_without_rooms(hotel, standard):
    Room.objects.filter(property=hotel).delete()

    standard()

    assert TariffType.objects.get().max_people == 1


@pytest.mark.parametrize(
    ("modifiers", "field"),
    [
        (Modifiers(extra_guest_price=Decimal(-1)), "extra_guest_price"),
        (Modifiers(extra_guest_price=Decimal("NaN")), "extra_guest_price"),
        (Modifiers(discount_7=Decimal(101)), "discount_7"),
        (Modifiers(discount_7=Decimal("12.345")), "discount_7"),
        (Modifiers(discount_30=Decimal("NaN")), "discount_30"),
        (Modifiers(discount_30=Decimal(-5), discount_is_percentage=False), "discount_30"),
    ],
)
def test_standard_refuses_impossible_modifiers(standard, modifiers, field):
    assert key_of(standard, modifiers=modifiers) == ("validation_failed", [field])


def test_a_fixed_discount_may_be_above_100(standard):
    standard(modifiers=Modifiers(discount_30=Decimal(250), discount_is_percentage=False))

    assert TariffType.objects.get().discount_30 == 250
