"""Amounts finer than their currency are refused wherever one enters, with the field at fault."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from bookyflow.billing.payments import payment_record
from bookyflow.channels.reservations import reservations_add
from bookyflow.core.errors import DomainError
from bookyflow.properties.services import property_create
from bookyflow.property_lifecycle.rooms import room_update
from bookyflow.property_settings.services import settings_save
from bookyflow.reservations.folio_charges import service_add
from bookyflow.reservations.security_deposits import security_receive, security_settle
from bookyflow.rooms.editing import room_add
from bookyflow.rooms.models import Room
from bookyflow.rooms.services import RoomsToAdd, rooms_add
from bookyflow.tariffs.bulk import FirstPrice, StandardRate, first_prices_set, standard_rates_change
from bookyflow.tariffs.child_rates import ChildBand, child_rates_save
from bookyflow.tariffs.coupons import coupon_save, coupon_update
from bookyflow.tariffs.editing import (
    Modifiers,
    OnePrice,
    tariff_save_advanced,
    tariff_save_standard,
    tariffs_save_normal,
)
from bookyflow.tariffs.extras import extra_save
from bookyflow.tariffs.guest_types import guest_type_save
from bookyflow.tariffs.models import DailyRate, TariffType
from bookyflow.tariffs.ranges import PriceRange
from bookyflow.tariffs.services import base_price_set, prices_set
from bookyflow.tariffs.tariff_types import tariff_save
from tests.domain.conftest import remote, stay
from tests.domain.reservations.conftest import fresh, settle

pytestmark = pytest.mark.django_db

FINE = Decimal("100.005")
FITS = Decimal("100.01")


def without_prices(prop):
    """The property before its first price."""
    DailyRate.objects.filter(property=prop).delete()
    TariffType.objects.filter(property=prop).delete()
    return prop


def base_price(prop, amount, by):
    return base_price_set(property_id=without_prices(prop).pk, price=amount, max_people=2, by=by)


def price_range(prop, amount, by):
    nights = stay(3, 1)
    return prices_set(
        property_id=prop.pk, ranges=[PriceRange(nights.arrival, nights.arrival, amount)], by=by
    )


def room_type(prop):
    return prop.rooms.first().room_type_id


def nightly(prop, amount, by):
    return tariff_save(
        property_id=prop.pk,
        room_type_id=room_type(prop),
        prices={stay(3, 1).arrival: amount},
        min_stays={},
        conditions={},
        by=by,
    )


def normal(prop, amount, by):
    prop = settle(prop, tariff_mode=0)
    return tariffs_save_normal(
        property_id=prop.pk, prices={room_type(prop): OnePrice(amount, 2)}, by=by
    )


def advanced(prop, amount, by):
    nights = stay(3, 4)
    return tariff_save_advanced(
        property_id=settle(prop, tariff_mode=1).pk,
        room_type_id=room_type(prop),
        price=amount,
        valid_from=nights.arrival,
        valid_to=nights.departure,
        conditions={},
        by=by,
    )


def standard(name):
    def save(prop, amount, by):
        return tariff_save_standard(
            property_id=settle(prop, tariff_mode=5).pk,
            room_type_id=room_type(prop),
            prices={stay(3, 1).arrival: Decimal(150)},
            min_stays={},
            modifiers=Modifiers(**{name: amount, "discount_is_percentage": False}),
            by=by,
        )

    return save


def first_price(prop, amount, by):
    prices = {without_prices(prop).pk: FirstPrice(amount, 2)}
    return first_prices_set(wanted=prices, years=1, by=by)


def standard_rate(prop, amount, by):
    tariff = TariffType.objects.filter(property=prop).first()
    rate = StandardRate(tariff.pk, prop.pk, amount, Decimal(120), 1, 1)
    return standard_rates_change(changes=[rate], years=1, by=by)


def extra(prop, amount, by):
    return extra_save(property_id=prop.pk, by=by, name="Sauna", price=amount)


def changed_extra(prop, amount, by):
    made = extra_save(property_id=prop.pk, by=by, name="Sauna", price=Decimal(5))
    return extra_save(property_id=prop.pk, by=by, extra_id=made.pk, price=amount)


def child_rate(prop, amount, by):
    return child_rates_save(property_id=prop.pk, bands=[ChildBand(0, 12, amount)], by=by)


def guest_type(prop, amount, by):
    return guest_type_save(property_id=prop.pk, by=by, name="Pilgrim", variance=amount)


def coupon(name):
    def save(prop, amount, by):
        return coupon_save(
            property_id=prop.pk,
            by=by,
            **{"amount": Decimal(5), "is_percentage": False, name: amount},
        )

    return save


def changed_coupon(prop, amount, by):
    made = coupon_save(property_id=prop.pk, by=by, amount=Decimal(5), is_percentage=False)
    return coupon_update(property_id=prop.pk, coupon_id=made.pk, by=by, amount=amount)


def rooms(prop, amount, by):
    items = [RoomsToAdd(room_type(prop), 1, 2, surcharge=amount)]
    return rooms_add(property_id=prop.pk, items=items, by=by)


def room(name):
    def add(prop, amount, by):
        return room_add(property_id=prop.pk, room_type_id=room_type(prop), by=by, **{name: amount})

    return add


def changed_room(prop, amount, by):
    first = Room.objects.filter(property=prop).first()
    return room_update(property_id=prop.pk, room_id=first.pk, by=by, single_supplement=amount)


def setting(name, **others):
    def save(prop, amount, by):
        return settings_save(prop=prop, values={**others, name: str(amount)}, by=by)

    return save


def new_property(prop, amount, by):
    return property_create(
        by=by,
        owner_id=by.user_id,
        name="Annex",
        country="GB",
        property_type_id=prop.property_type_id,
        settings={"cleaning_fee": amount},
    )


def channel_stay(name):
    def add(prop, amount, by, *, channel, reach):
        (outcome,) = reservations_add(
            reservations=[remote("1", prop, stay(3, 2), **{name: amount})],
            channel_id=channel.pk,
            reach=reach,
            by=by,
        )
        if outcome.error:
            raise outcome.error

    return add


DOORS = {
    "base_price": (base_price, "price"),
    "prices": (price_range, "ranges"),
    "nightly prices": (nightly, "prices"),
    "normal price": (normal, None),
    "advanced price": (advanced, "price"),
    "extra guest": (standard("extra_guest_price"), "extra_guest_price"),
    "discount of 7 nights": (standard("discount_7"), "discount_7"),
    "discount of 30 nights": (standard("discount_30"), "discount_30"),
    "first price": (first_price, "price"),
    "standard rate": (standard_rate, "price"),
    "extra": (extra, "price"),
    "changed extra": (changed_extra, "price"),
    "child rate": (child_rate, "child_rates"),
    "guest type": (guest_type, "variance"),
    "coupon": (coupon("amount"), "amount"),
    "least spend": (coupon("min_spend"), "min_spend"),
    "changed coupon": (changed_coupon, "amount"),
    "rooms": (rooms, "surcharge"),
    "room": (room("surcharge"), "surcharge"),
    "changed room": (changed_room, "singleperson_suppliment"),
    "new property": (new_property, None),
    **{
        f"setting {name}": (setting(name, **others), name)
        for name, others in {
            "cleaning_fee": {},
            "security_deposit": {},
            "minimum_deposit_value": {},
            "tariffsenhanceddefault": {},
            "city_tax_value": {},
            "singlePersonSupplimentCost": {},
            "depositValue": {"deposit_kind": "fixed"},
            "cancellation_fee": {"cancellation_fee_kind": "fixed"},
            "no_show_fee": {"no_show_fee_kind": "fixed"},
        }.items()
    },
}


@pytest.mark.parametrize("door", DOORS)
def test_refuses_an_amount_finer_than_the_currency(door, inn, by):
    enter, field = DOORS[door]

    with pytest.raises((DomainError, ValidationError)) as caught:
        enter(fresh(inn), FINE, by)

    if field:
        assert list(caught.value.fields) == [field]
    assert "EUR has no smaller unit than 0.01." in str(
        caught.value.fields if isinstance(caught.value, DomainError) else caught.value
    )


@pytest.mark.parametrize("door", DOORS)
def test_takes_the_finest_amount_of_the_currency(door, inn, by):
    enter, _ = DOORS[door]

    enter(fresh(inn), FITS, by)


@pytest.mark.parametrize("name", ["price", "already_paid"])
def test_refuses_a_channels_amount_finer_than_the_currency(name, inn, linked, reach, by):
    field = f"stays[0].{name}"

    with pytest.raises(DomainError) as caught:
        channel_stay(name)(inn, FINE, by, channel=linked, reach=reach)

    assert caught.value.fields == {field: ["EUR has no smaller unit than 0.01."]}
    assert caught.value.detail == f"{field}: EUR has no smaller unit than 0.01."
    channel_stay(name)(inn, FITS, by, channel=linked, reach=reach)


def test_refuses_an_agreed_price_finer_than_the_currency(book, stay_request):
    with pytest.raises(DomainError) as caught:
        book(stay_request.changed(agreed=FINE))

    assert caught.value.fields == {"agreed": ["EUR has no smaller unit than 0.01."]}
    assert book(stay_request.changed(agreed=FITS)).total == FITS


def test_refuses_entries_of_a_booking_finer_than_the_currency(book, stay_request, inn, by):
    prop = settle(inn, security_deposit=200)
    made = book(stay_request, prop=prop)
    facts = {"booking_id": made.pk, "property_id": inn.pk, "by": by}
    security_receive(**facts)

    for field, enter in {
        "service_value": lambda amount: service_add(description="Taxi", price=amount, **facts),
        "amount": lambda amount: payment_record(amount=amount, method="cash", **facts),
        "withheld": lambda amount: security_settle(withheld=amount, reason="Broken", **facts),
    }.items():
        with pytest.raises(DomainError) as caught:
            enter(FINE)
        assert caught.value.fields == {field: ["EUR has no smaller unit than 0.01."]}
        enter(FITS)


@pytest.mark.parametrize(
    ("currency", "fine", "fits"), [("JPY", "100.5", "100"), ("KWD", "100.0005", "100.005")]
)
def test_each_currency_has_its_own_smallest_unit(currency, fine, fits, inn, by):
    prop = settle(inn, currency=currency)

    with pytest.raises(DomainError) as caught:
        price_range(prop, Decimal(fine), by)

    assert caught.value.key == "validation_failed"
    price_range(prop, Decimal(fits), by)
    assert DailyRate.objects.filter(property=inn, price=Decimal(fits)).count() == 1


def test_what_was_entered_in_another_currency_stays_in_the_way_of_nothing_else(inn, by):
    made = extra_save(property_id=inn.pk, by=by, name="Sauna", price=Decimal("8.50"))
    settings_save(prop=inn, values={"cleaning_fee": "30.50"}, by=by)
    prop = settle(inn, currency="JPY")

    extra_save(property_id=prop.pk, by=by, extra_id=made.pk, is_published=False)
    settings_save(prop=prop, values={"hold_minutes": 30}, by=by)


def test_a_percentage_is_no_amount(inn, by):
    prop = settle(inn, currency="JPY")

    assert coupon_save(property_id=prop.pk, by=by, amount=Decimal("12.5"), is_percentage=True).pk
    settings_save(
        prop=prop, values={"city_tax_model": "percentbookingtotal", "city_tax": "2.5"}, by=by
    )
