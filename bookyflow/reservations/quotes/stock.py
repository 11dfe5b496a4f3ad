"""What properties have for a stay, read for many of them at once, so that each can be quoted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bookyflow.availability.nights import nights_taken
from bookyflow.availability.selectors import FreeRoom, free_rooms_of_each
from bookyflow.availability.stay_rules import stay_of
from bookyflow.pricing.discounts import days_ahead
from bookyflow.properties.models import Property
from bookyflow.reservations.price_inputs import wiseprices_of
from bookyflow.rooms.models import Room
from bookyflow.tariffs.extras import extras_offered_of_each
from bookyflow.tariffs.models import Extra
from bookyflow.tariffs.selectors import Rates, rates_of_each


@dataclass(frozen=True)
class Stock:
    """What a property has for the nights of a stay: the rooms that are free, in the order in which
    they are given, and by id; tariffs with their rates; extras for rooms of any type; and what is
    taken off for rooms of each type, per cent.
    """

    free: list[FreeRoom]
    rooms: Mapping[int, Room]
    rates: list[Rates]
    extras: list[Extra]
    off: Mapping[int, Decimal]


def stocks(*, properties: Iterable[Property], arrival: date, departure: date) -> dict[int, Stock]:
    """The stock of each property by its id, for a stay that all of them are asked for.

    Five queries at most for any number of properties, which come with their settings and types.
    Each has the nights that its rules make of the stay.
    """
    stays = [(prop, stay_of(prop.settings, arrival, departure)) for prop in properties]
    nights = {prop.pk: nights_taken(prop.settings, stay) for prop, stay in stays}
    today = {prop.pk: prop.settings.today() for prop, _ in stays}
    free = free_rooms_of_each(wanted={pk: (one, today[pk]) for pk, one in nights.items()})
    rates = rates_of_each(stays=[(prop, nights[prop.pk].priced) for prop, _ in stays])
    extras = extras_offered_of_each(property_ids=nights, arrival=arrival)
    off = wiseprices_of([(prop, days_ahead(today[prop.pk], arrival)) for prop, _ in stays], arrival)
    return {
        pk: Stock(
            free=[one for one, _ in free.get(pk, ())],
            rooms={room.pk: room for _, room in free.get(pk, ())},
            rates=rates[pk],
            extras=extras[pk],
            off=off.get(pk, {}),
        )
        for pk in nights
    }
