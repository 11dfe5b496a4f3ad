"""Ways of entering prices other than night by night; each belongs to a tariff mode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.db.models import Sum

from bookyflow.core.acting import Actor
from bookyflow.core.database import connection
from bookyflow.core.dates import ONE_DAY, days
from bookyflow.core.errors import DomainError
from bookyflow.core.money import amounts_check
from bookyflow.core.percent import PERCENTAGE, is_percentage
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property, TariffMode
from bookyflow.rooms.models import Room
from bookyflow.rooms.services import check_types
from bookyflow.tariffs import sql
from bookyflow.tariffs.limits import LARGEST_PRICE, is_price
from bookyflow.tariffs.models import TariffType
from bookyflow.tariffs.selectors import horizon, tariff_type_list, years_from
from bookyflow.tariffs.services import (
    new_tariff_types,
    prices_write,
    tariffs_changed,
)
from bookyflow.tariffs.tariff_types import priced_nights
from bookyflow.tariffs.writing import (
    mode_check,
    same_nights,
    tariff_type_find,
    tariff_write,
)

LEAST_CAPACITY = 1  # adults, where there is no room yet
MOST_ADULTS = 32_767
LONGEST_WINDOW = 4000  # nights; beyond ten years it is a typing error


@dataclass(frozen=True)
class OnePrice:
    """One price of a room type, for at most so many adults."""

    price: Decimal
    max_people: int


class Written(NamedTuple):
    """A tariff type, and whether anything about it is other than before."""

    tariff_type_id: int
    changed: bool


@dataclass(frozen=True)
class Modifiers:
    """What a standard tariff adds to its nightly prices.

    `extra_guest_price` is per night for each guest above two; None: they pay as the others.
    Discounts are per cent, or amounts, for stays of 7 to 29 and of 30 nights or more.
    """

    extra_guest_price: Decimal | None = None
    discount_7: Decimal | None = None
    discount_30: Decimal | None = None
    discount_is_percentage: bool = True


@transaction.atomic
def tariff_save_advanced(
    *,
    property_id: int,
    room_type_id: int,
    price: Decimal,
    valid_from: date,
    valid_to: date,
    conditions: Mapping[str, object],
    by: Actor,
    min_stay: int = 1,
    tariff_type_id: int | None = None,
) -> int:
    """Write a tariff type that has one price on all nights of a window; returns its id.

    Both dates are included, and the window replaces the one before, as far as it is still to come.
    The price is for a night, or for seven where the property's `prices_weekly` says so: it is kept
    as it was entered. `conditions` are fields of TariffType, as for `tariff_save`. For properties
    in advanced mode.

    Raises DomainError `tariff_save_method_not_valid`, `tariff_type_not_found`,
    `room_type_incorrect`, and `validation_failed` for a reversed window or one that ends more than
    ten years ahead, a price of 0 or less, a longest stay below the shortest, limits out of order.
    """
    locked = property_lock(property_id)
    mode_check(locked, TariffMode.ADVANCED)
    known = tariff_type_find(locked, tariff_type_id)
    last_possible = horizon(locked.settings.today())
    _check_window(valid_from, valid_to, last_possible)
    price_check("price", price, locked.settings.currency)
    longest = conditions.get("max_stay", (known or TariffType()).max_stay)
    if not isinstance(longest, int) or not 1 <= min_stay <= longest:
        raise DomainError(
            "validation_failed", fields={"min_stay": [f"From 1 to {longest} nights are needed."]}
        )
    return tariff_write(
        prop=locked,
        known=known,
        room_type_id=room_type_id,
        nights=same_nights(valid_from, valid_to, price, min_stay),
        conditions=conditions,
        by=by,
    )


@transaction.atomic
def tariffs_save_normal(
    *, property_id: int, prices: Mapping[int, OnePrice], by: Actor
) -> dict[int, int]:
    """Give room types one price each; returns the ids of their tariff types by room type.

    The price holds from today for as many years as the property's `years_to_price`; later nights
    have none. A room type keeps its tariff type, and restrictions of nights stay. Room types left
    out keep their price. For properties in normal mode. Raises DomainError
    `tariff_save_method_not_valid`, `room_type_incorrect`, and `validation_failed` for a price of
    0 or less, or nobody who can have it.
    """
    locked = property_lock(property_id)
    mode_check(locked, TariffMode.NORMAL)
    today = locked.settings.today()
    last = min(years_from(today, locked.settings.years_to_price), horizon(today))
    known = _first_of_each(locked)
    found: dict[int, int] = {}
    changed: list[int] = []
    for room_type_id, one in sorted(prices.items()):
        price_check(f"prices[{room_type_id}]", one.price, locked.settings.currency)
        if one.max_people < 1:
            field = f"max_people[{room_type_id}]"
            raise DomainError("validation_failed", fields={field: ["At least 1 is needed."]})
        check_types(locked, {room_type_id}, field=f"prices[{room_type_id}]")
        written = _write_one_price(
            locked, known.get(room_type_id), one, room_type_id=room_type_id, first=today, last=last
        )
        found[room_type_id] = written.tariff_type_id
        if written.changed:
            changed.append(written.tariff_type_id)
    if changed:
        tariffs_changed(prop=locked, tariff_types=changed, by=by)
    return found


@transaction.atomic
def tariff_save_standard(
    *,
    property_id: int,
    room_type_id: int,
    prices: Mapping[date, Decimal | None],
    min_stays: Mapping[date, int],
    modifiers: Modifiers,
    by: Actor,
    name: str | None = None,
    description: str | None = None,
) -> int:
    """Write the one tariff type of a room type, night by night; returns its id, which is stable.

    Prices and minimum stays are as for `tariff_save`. It takes from one adult to as many as the
    property's rooms do; how many that is when somebody books is told by the rooms. A name or
    description of None stays. For properties in standard mode.

    Raises DomainError `tariff_save_method_not_valid`, `room_type_incorrect`, and
    `validation_failed` as `tariff_save` does and for a modifier below 0 or above 100 per cent.
    """
    locked = property_lock(property_id)
    mode_check(locked, TariffMode.STANDARD)
    _check_modifiers(modifiers, locked.settings.currency)
    texts = {"name": name, "description": description}
    return tariff_write(
        prop=locked,
        known=_first_of_each(locked).get(room_type_id),
        room_type_id=room_type_id,
        nights=priced_nights(locked, prices, min_stays),
        conditions={
            "min_people": 1,
            "max_people": _capacity(locked),
            "extra_guest_price": modifiers.extra_guest_price,
            "discount_7": modifiers.discount_7,
            "discount_30": modifiers.discount_30,
            "discount_is_percentage": modifiers.discount_is_percentage,
            **{field: text for field, text in texts.items() if text is not None},
        },
        by=by,
    )


def _first_of_each(prop: Property) -> dict[int, TariffType]:
    """The oldest tariff type of each room type."""
    return {one.room_type_id: one for one in tariff_type_list(prop=prop).order_by("-pk")}


def _write_one_price(
    prop: Property,
    known: TariffType | None,
    one: OnePrice,
    *,
    room_type_id: int,
    first: date,
    last: date,
) -> Written:
    new = new_tariff_types(prop, room_types=[room_type_id], max_people=one.max_people)
    tariff_type = known or new[0]
    changed = known is None or tariff_type.max_people != one.max_people
    if changed:
        tariff_type.max_people = one.max_people
        tariff_type.min_people = min(tariff_type.min_people, one.max_people)
        tariff_type.clean_fields(exclude={"property", "room_type"})
        tariff_type.save()
    nights = dict.fromkeys(days(first, last + ONE_DAY), one.price)
    is_other = prices_write(prop=prop, tariff_types=[tariff_type.pk], prices=nights)
    with connection.cursor() as cursor:
        cursor.execute(sql.DROP_LATER_DATES, {"tariff_types": [tariff_type.pk], "last": last})
        is_other |= bool(cursor.rowcount)
    return Written(tariff_type.pk, changed=changed or is_other)


def _capacity(prop: Property) -> int:
    rooms = Room.objects.filter(property=prop)
    adults: int = rooms.aggregate(adults=Sum("max_adults", default=LEAST_CAPACITY))["adults"]
    return min(max(adults, LEAST_CAPACITY), MOST_ADULTS)


def _check_window(first: date, last: date, last_possible: date) -> None:
    problem = ""
    if last < first:
        problem = "It is before the first night."
    elif last > last_possible:
        problem = f"The last night that can be priced is {last_possible}."
    elif (last - first).days >= LONGEST_WINDOW:
        problem = f"At most {LONGEST_WINDOW} nights from the first one on."
    if problem:
        raise DomainError("validation_failed", problem, fields={"valid_to": [problem]})


def price_check(field: str, price: Decimal, currency: str) -> None:
    """Raise DomainError `validation_failed` unless it is a price above 0 in the currency."""
    if not price or not is_price(price):
        problem = f"A price above 0, up to {LARGEST_PRICE}, is needed."
        raise DomainError("validation_failed", fields={field: [problem]})
    amounts_check({field: price}, currency)


def _check_modifiers(modifiers: Modifiers, currency: str) -> None:
    price = is_price, f"From 0 to {LARGEST_PRICE}."
    discount = (is_percentage, PERCENTAGE) if modifiers.discount_is_percentage else price
    problems = {}
    for field, value, (is_possible, problem) in (
        ("extra_guest_price", modifiers.extra_guest_price, price),
        ("discount_7", modifiers.discount_7, discount),
        ("discount_30", modifiers.discount_30, discount),
    ):
        if value is not None and not is_possible(value):
            problems[field] = [problem]
    if problems:
        raise DomainError("validation_failed", fields=problems)
    amounts = {"extra_guest_price": modifiers.extra_guest_price}
    if not modifiers.discount_is_percentage:
        amounts |= {"discount_7": modifiers.discount_7, "discount_30": modifiers.discount_30}
    amounts_check(amounts, currency)
