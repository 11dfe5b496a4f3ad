"""What properties have for a stay, read in one round trip, so that each can be quoted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bookyflow.availability.nights import OccupiedNights, nights_taken
from bookyflow.availability.selectors import PricedRoom, priced_rooms, priced_rooms_of_each
from bookyflow.availability.stay_rules import stay_of
from bookyflow.core.together import read_together
from bookyflow.pricing.discounts import days_ahead
from bookyflow.properties.models import Property
from bookyflow.reservations.price_inputs import wiseprices, wiseprices_of
from bookyflow.tariffs.extras import extras_offered_of_each
from bookyflow.tariffs.models import Extra
from bookyflow.tariffs.selectors import Rates, rates_of, rates_of_each


@dataclass(frozen=True)
class Stock:
    """What a property has for the nights of a stay: the rooms that are free, in the order in which
    they are given; tariffs with their rates; extras for rooms of any type; and what is taken off
    for rooms of each type, per cent.
    """

    free: list[PricedRoom]
    rates: list[Rates]
    extras: list[Extra]
    off: Mapping[int, Decimal]


def stock_of(
    *,
    prop: Property,
    arrival: date,
    nights: OccupiedNights,
    room_type_ids: Collection[int] | None,
    unlimited: bool,
    rooms: int | None,
) -> Stock:
    """The stock of one property, which comes with its settings and type, for certain nights.

    Tariffs of some room types, or of all of them. With `unlimited` limits on selling do not count.
    The free rooms are enough to choose so many `rooms` from, as `free_rooms` compares them; None:
    they are all that are free.
    Three queries, and two more where the property takes something off while few rooms are taken.
    """
    today = prop.settings.today()
    types = None if room_type_ids is None else list(room_type_ids)
    free, rates, extras = read_together(
        priced_rooms(
            property_id=prop.pk, nights=nights, today=today, unlimited=unlimited, wanted=rooms
        ),
        rates_of(prop=prop, stay=nights.priced, room_type_ids=types),
        extras_offered_of_each(property_ids=[prop.pk], arrival=arrival),
    )
    off = wiseprices(prop, arrival, days_ahead(today, arrival))
    return Stock(free, rates, extras[prop.pk], off)


def stocks(
    *, properties: Iterable[Property], arrival: date, departure: date, rooms: int
) -> dict[int, Stock]:
    """The stock of each property by its id, for a stay in `rooms` that all of them are asked for.

    Five queries at most for any number of properties, which come with their settings and types.
    Each has the nights that its rules make of the stay.
    """
    stays = [(prop, stay_of(prop.settings, arrival, departure)) for prop in properties]
    nights = {prop.pk: nights_taken(prop.settings, stay) for prop, stay in stays}
    today = {prop.pk: prop.settings.today() for prop, _ in stays}
    if not stays:
        return {}
    free, rates, extras = read_together(
        priced_rooms_of_each(
            asked={pk: (one, today[pk]) for pk, one in nights.items()}, wanted=rooms
        ),
        rates_of_each(stays=[(prop, nights[prop.pk].priced) for prop, _ in stays]),
        extras_offered_of_each(property_ids=nights.keys(), arrival=arrival),
    )
    off = wiseprices_of([(prop, days_ahead(today[prop.pk], arrival)) for prop, _ in stays], arrival)
    return {
        pk: Stock(
            free=free.get(pk, []),
            rates=rates[pk],
            extras=extras[pk],
            off=off.get(pk, {}),
        )
        for pk in nights
    }
