"""A property that begins to sell in another currency."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db.models import DecimalField

from bookyflow.core.errors import DomainError
from bookyflow.properties.models import Property
from bookyflow.property_settings.entered_amounts import ENTERED
from bookyflow.property_settings.services import settings_save
from bookyflow.rooms.models import Room
from bookyflow.tariffs.models import (
    ChildRate,
    Coupon,
    DailyRate,
    Extra,
    GuestType,
    TariffType,
)
from tests.domain.conftest import stay

pytestmark = pytest.mark.django_db


@pytest.fixture
def sell_in(hotel, by):
    def do(currency, **values):
        return settings_save(prop=hotel, values={"currency": currency} | values, by=by)

    return do


def problems(sell_in, currency, **values):
    with pytest.raises(DomainError) as error:
        sell_in(currency, **values)
    assert error.value.key == "validation_failed"
    return error.value.fields


def enter(hotel, amount):
    """An amount wherever the property has some."""
    room = hotel.rooms.first()
    Room.objects.filter(pk=room.pk).update(surcharge=-amount, single_supplement=amount)
    tariff = TariffType.objects.create(
        property=hotel,
        room_type=room.room_type,
        extra_guest_price=amount,
        discount_7=amount,
        discount_is_percentage=False,
    )
    tonight = stay(0, 1).arrival
    DailyRate.objects.create(tariff_type=tariff, property=hotel, date=tonight, price=amount)
    Extra.objects.create(property=hotel, name="Sauna", price=amount)
    ChildRate.objects.create(property=hotel, age_from=0, age_to=9, price=amount)
    GuestType.objects.create(property=hotel, name="Student", variance=amount)
    Coupon.objects.create(property=hotel, code="OFF", amount=amount, is_percentage=False)


def test_amounts_that_the_new_currency_cannot_express_stand_in_the_way(hotel, sell_in):
    enter(hotel, Decimal("12.50"))
    sell_in("EUR", cleaning_fee="12.50")

    finer = "children's rates, coupons, extras, guest types, prices of nights, rooms, tariffs"
    problem = "JPY has no smaller unit than 1"
    assert problems(sell_in, "JPY") == {
        "cleaning_fee": [f"{problem}."],
        "currency": [f"{problem}, and there are finer amounts: {finer}."],
    }
    assert hotel.settings.currency == "EUR"
    assert sell_in("KWD") == ["property_currencycode"]


def test_a_currency_that_can_express_all_amounts_may_be_taken(hotel, sell_in):
    enter(hotel, Decimal("12.000"))
    sell_in("EUR", cleaning_fee="12.50")

    assert set(sell_in("JPY", cleaning_fee="1900")) == {"cleaning_fee", "property_currencycode"}


def test_what_is_over_deleted_or_a_per_cent_does_not_stand_in_the_way(hotel, sell_in):
    enter(hotel, Decimal("12.50"))
    gone = {"deleted_at": hotel.created_at}
    Room.objects.update(**gone)
    TariffType.objects.update(**gone)
    Extra.objects.update(model="percentage")
    GuestType.objects.update(is_percentage=True)
    Coupon.objects.update(is_percentage=True)
    ChildRate.objects.all().delete()
    other = TariffType.objects.create(
        property=hotel, room_type=Room.every.first().room_type, discount_7=Decimal("12.5")
    )
    yesterday = stay(0, 1).arrival - timedelta(days=1)
    DailyRate.objects.create(
        tariff_type=other, property=hotel, date=yesterday, price=Decimal("12.5")
    )

    assert sell_in("JPY") == ["property_currencycode"]


def test_every_amount_of_a_property_is_looked_at():
    """Amounts have three decimals; per cents have two, but for some that can be either."""
    there = {
        (model._meta.label, field.name)
        for app in ("rooms", "tariffs", "guests")
        for model in apps.get_app_config(app).get_models()
        if any(field.related_model is Property for field in model._meta.fields)
        for field in model._meta.fields
        if isinstance(field, DecimalField) and field.decimal_places == 3
    }

    assert there == {(model._meta.label, field) for _, model, field, _ in ENTERED}
