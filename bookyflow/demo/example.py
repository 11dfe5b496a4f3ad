"""The demonstration's worked example: one stay with everything that a price can be made of.

Two houses, alike but for the convention of their prices: with tax in one, without in the other.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from bookyflow.core.acting import Actor
from bookyflow.core.dates import days
from bookyflow.core.places import region_number
from bookyflow.guests.profiles import GuestProfile, guest_add
from bookyflow.properties.models import Property
from bookyflow.properties.services import property_create
from bookyflow.property_lifecycle.publication import property_publish
from bookyflow.rooms.services import RoomsToAdd, rooms_add
from bookyflow.tariffs.extras import extra_save
from bookyflow.tariffs.models import TaxRate
from bookyflow.tariffs.tariff_types import tariff_save

HOTEL, DOUBLE, TWIN = 1, 1, 2
PRICES = {DOUBLE: Decimal(120), TWIN: Decimal(90)}
NIGHTS = 500
SETTINGS = {
    "currency": "EUR",
    "time_zone": "Europe/Berlin",
    "accommodation_tax_rate": Decimal(20),
    "single_supplement_on": True,
    "single_supplement": Decimal(15),
    "city_tax": Decimal("1.50"),
    "city_tax_model": "perguestpernight",
    "cleaning_fee": Decimal(30),
    "cleaning_fee_per": "per_room",
    "deposit_kind": "percentage",
    "deposit_value": Decimal(20),
}
NAMES = {True: "Haus Lindenhof", False: "Haus Lindenhof, prices without tax"}
GUEST = GuestProfile("Meitner", "Lise", "lise@guest.example", country="AT", discount=Decimal(10))


def example_make(*, inclusive: bool, owner_id: int, by: Actor) -> Property:
    """A house of the example, published, with prices for a year and a half."""
    prop = property_create(
        by=by,
        owner_id=owner_id,
        name=NAMES[inclusive],
        country="DE",
        region_id=region_number("DE-BE"),
        property_type_id=HOTEL,
        settings=SETTINGS | {"prices_inclusive": inclusive},
        town="Berlin",
        street="Unter den Linden 40",
    )
    rooms_add(property_id=prop.pk, items=[RoomsToAdd(kind, 3, 2) for kind in PRICES], by=by)
    today = prop.settings.today()
    nights = days(today, today + timedelta(days=NIGHTS))
    for room_type_id, price in PRICES.items():
        tariff_save(
            property_id=prop.pk,
            room_type_id=room_type_id,
            prices=dict.fromkeys(nights, price),
            min_stays={},
            conditions={"name": "Flexible"},
            by=by,
        )
    _extras(prop, by)
    guest_add(property_id=prop.pk, profile=GUEST, by=by)
    property_publish(prop=prop, by=by)
    return prop


def _extras(prop: Property, by: Actor) -> None:
    for name, price, model, percent in (
        ("Breakfast", Decimal(8), "per_person_per_night", Decimal(10)),
        ("Parking", Decimal(12), "per_night", Decimal(20)),
    ):
        rate = TaxRate.objects.filter(rate=percent).first() or TaxRate.objects.create(
            code=f"VAT{percent}", description="VAT", rate=percent
        )
        extra_save(
            property_id=prop.pk, by=by, name=name, price=price, model=model, tax_rate_id=rate.pk
        )
