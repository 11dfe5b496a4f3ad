from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.pricing.inputs import ExtraModel
from bookyflow.tariffs.extra_models import (
    CHANNEL,
    ORIGINAL,
    extra_model_number,
    extra_model_of,
)
from bookyflow.tariffs.extras import (
    extra_delete,
    extra_list,
    extra_save,
    extras_chosen,
    extras_offered,
    extras_offered_of_each,
)
from bookyflow.tariffs.models import Extra, TaxRate
from tests.conftest import make_hotel
from tests.domain.tariffs.conftest import june

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("june_2030")]


@pytest.fixture
def extra(hotel, by):
    """Add an extra of the hotel; at 8 unless told."""

    def add(name="Breakfast", **values):
        return extra_save(property_id=hotel.pk, by=by, name=name, **{"price": Decimal(8)} | values)

    return add


def kinds() -> list[tuple[str, str, int]]:
    found = Event.objects.order_by("pk").values_list("kind", "subject_kind", "subject_id")
    return list(found)


def refused(call, **arguments) -> DomainError:
    with pytest.raises(DomainError) as info:
        call(**arguments)
    return info.value


def test_a_site_begins_with_one_tax_rate():
    assert list(TaxRate.objects.values_list("code", "description", "rate")) == [
        ("01", "VAT", Decimal(20))
    ]


def test_an_extra_is_added_with_its_values(hotel, extra, double):
    vat = TaxRate.objects.get()

    one = extra(
        price="14.5",
        tax_rate_id=vat.pk,
        model=ExtraModel.PER_PERSON_AND_NIGHT,
        max_quantity=8,
        room_type_id=double.pk,
        valid_from=june(1),
        valid_to=june(30),
    )

    kept = extra_list(prop=hotel).get()
    assert (kept.price, kept.tax_rate, kept.max_quantity, kept.version) == (
        Decimal("14.5"),
        vat,
        8,
        1,
    )
    assert (kept.room_type, kept.valid_to, kept.is_published) == (double, june(30), True)
    assert kinds() == [("extra_saved", "extra", one.pk)]


def test_changing_what_is_given(hotel, extra, by):
    one = extra(description="Buffet")

    extra_save(property_id=hotel.pk, by=by, extra_id=one.pk, price=Decimal(9))
    extra_save(property_id=hotel.pk, by=by, extra_id=one.pk, price=Decimal(9))

    kept = Extra.objects.get()
    assert (kept.price, kept.description, kept.version) == (9, "Buffet", 2)
    assert len(kinds()) == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"price": Decimal(-1)}, "price"),
        ({"price": Decimal(101), "model": ExtraModel.PERCENTAGE}, "price"),
        ({"max_quantity": 0}, "maxquantity"),
        ({"max_quantity": 1001}, "maxquantity"),
        ({"valid_from": date(2030, 6, 2), "valid_to": date(2030, 6, 1)}, "validto"),
        ({"room_type_id": 20}, "limited_to_room_type"),
        ({"room_type_id": 10**6}, "limited_to_room_type"),
        ({"tax_rate_id": 10**6}, "tax_rate"),
    ],
)
def test_values_that_do_not_go_together(extra, values, field):
    error = refused(extra, **values)

    assert error.key in {"validation_failed", "room_type_incorrect"}
    assert list(error.fields) == [field]
    assert not Extra.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"price": None}, "price"),
        ({"price": "much"}, "price"),
        ({"model": "per_moon"}, "model"),
    ],
)
def test_a_value_at_fault_is_named(extra, values, field):
    with pytest.raises(ValidationError) as info:
        extra(**values)
    assert list(info.value.message_dict) == [field]


def test_unknown_names_are_a_fault_of_the_caller(extra):
    with pytest.raises(TypeError, match="deleted_at"):
        extra(deleted_at=None)


def test_a_deleted_extra_is_neither_offered_nor_found(hotel, extra, by, stranger):
    one = extra()
    extra_delete(property_id=hotel.pk, extra_id=one.pk, by=by)
    foreign = extra_save(
        property_id=make_hotel(stranger, name="Foreign").pk, by=by, name="Spa", price=Decimal(1)
    )

    for pk in (one.pk, foreign.pk, 0):
        assert (
            refused(extra_delete, property_id=hotel.pk, extra_id=pk, by=by).key == "extra_not_found"
        )
        assert (
            refused(extra_save, property_id=hotel.pk, extra_id=pk, by=by).key == "extra_not_found"
        )
    assert not extras_offered(prop=hotel, arrival=june(1), room_type_ids=[])
    assert Extra.objects.get(pk=one.pk).version == 2
    assert kinds()[1] == ("extra_deleted", "extra", one.pk)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({}, True),
        ({"is_published": False}, False),
        ({"valid_from": date(2030, 6, 5)}, True),
        ({"valid_from": date(2030, 6, 6)}, False),
        ({"valid_to": date(2030, 6, 5)}, True),
        ({"valid_to": date(2030, 6, 4)}, False),
    ],
)
def test_r_ex_3_offered_when_published_and_the_arrival_is_in_its_dates(hotel, extra, values, found):
    extra(**values)

    offered = extras_offered(prop=hotel, arrival=june(5), room_type_ids=[])
    each = extras_offered_of_each(property_ids=[hotel.pk], arrival=june(5)).now()

    assert bool(offered) is bool(each[hotel.pk]) is found


def test_r_ex_3_limited_to_a_room_type(hotel, extra, double, twin):
    extra(room_type_id=twin.pk)

    found = [
        bool(extras_offered(prop=hotel, arrival=june(5), room_type_ids=kinds))
        for kinds in ([], [double.pk], [double.pk, twin.pk])
    ]

    assert found == [False, False, True]


def test_what_a_guest_chooses(hotel, extra, django_assert_num_queries):
    breakfast, parking, linen = extra(max_quantity=3), extra("Parking"), extra("Linen", forced=True)
    extra("Spa")

    with django_assert_num_queries(1):
        found = extras_chosen(
            prop=hotel,
            arrival=june(5),
            room_type_ids=[],
            wanted={parking.pk: 1, breakfast.pk: 3, 10**6: 0},
            by_staff=False,
        )

    assert [(one.name, quantity) for one, quantity in found] == [
        ("Breakfast", 3),
        ("Parking", 1),
        ("Linen", 1),
    ]
    assert found[2][0].pk == linen.pk


@pytest.mark.parametrize("named", [False, True])
def test_only_staff_removes_what_is_forced(hotel, extra, named):
    linen = extra("Linen", forced=True)

    def chosen(*, by_staff: bool):
        return extras_chosen(
            prop=hotel,
            arrival=june(5),
            room_type_ids=[],
            wanted={linen.pk: 0} if named else {},
            by_staff=by_staff,
        )

    assert chosen(by_staff=True) == []
    assert chosen(by_staff=False) == [(linen, 1)]


@pytest.mark.parametrize("quantity", [-1, 4])
def test_r_ex_4_a_quantity_from_one_to_the_largest(hotel, extra, quantity):
    one = extra(max_quantity=3)

    error = refused(
        extras_chosen,
        prop=hotel,
        arrival=june(5),
        room_type_ids=[],
        wanted={one.pk: quantity},
        by_staff=True,
    )

    assert (error.key, error.detail) == ("extra_not_available", "Breakfast: from 1 to 3.")
    assert error.fields == {str(one.pk): ["Breakfast: from 1 to 3."]}


def test_what_is_not_offered_cannot_be_chosen(hotel, extra):
    one = extra(valid_to=june(4))

    error = refused(
        extras_chosen,
        prop=hotel,
        arrival=june(5),
        room_type_ids=[],
        wanted={one.pk: 1},
        by_staff=True,
    )

    assert error.key == "extra_not_available"


def test_models_by_name_and_by_number_of_either_interface():
    assert extra_model_of("per_night") == extra_model_of(2) == extra_model_of("2")
    assert [extra_model_of(number).value for number in (7, 8, 9, 100)] == [
        "per_night_with_minimum",
        "per_night_per_room",
        "per_room",
        "percentage",
    ]
    assert [extra_model_of(number, numbers=CHANNEL).value for number in (7, 8, 9, 10)] == [
        "per_night_with_minimum",
        "per_night_with_minimum",
        "per_night_per_room",
        "per_room",
    ]


@pytest.mark.parametrize("numbers", [ORIGINAL, CHANNEL])
def test_every_model_has_a_number_in_both_interfaces(numbers):
    for model in ExtraModel:
        number = extra_model_number(model, numbers=numbers)
        assert extra_model_of(number, numbers=numbers) == model


@pytest.mark.parametrize("code", [0, 10, -1, "", "x", "٣", 101])
def test_an_unknown_model_is_refused(code):
    assert list(refused(extra_model_of, code=code).fields) == ["model"]


def test_the_channel_numbers_are_shifted_by_one():
    assert extra_model_number(ExtraModel.PER_NIGHT_WITH_MINIMUM, numbers=CHANNEL) == 8
    assert extra_model_number(ExtraModel.PER_NIGHT_WITH_MINIMUM) == 7


def test_the_database_keeps_the_rules_too(extra):
    extra()
    for wrong in ({"price": -1}, {"max_quantity": 0}, {"model": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Extra.objects.update(**wrong)
