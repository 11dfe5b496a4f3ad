"""What a price was made from, as it is stored with a booking: named plain values, with a version.

As in `quotes.codec`, the keys are no field names that may change, and what is missing is read as
its default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from bookyflow.core.dates import ONE_DAY
from bookyflow.pricing.engine import PriceBasis
from bookyflow.pricing.inputs import (
    Charges,
    ChildBand,
    CityTax,
    CityTaxModel,
    CleaningFee,
    CouponDiscount,
    ExtraCharge,
    ExtraModel,
    GuestVariance,
    LengthDiscount,
    RoomStay,
    SingleSupplement,
)
from bookyflow.pricing.lines import PriceRules
from bookyflow.reservations.quotes.stored import check_version, versioned

Nights = tuple[tuple[date, Decimal], ...]


@dataclass(frozen=True)
class Form:
    """How a value is stored, and read again."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _itself(value: Any) -> Any:
    return value


PLAIN = Form(_itself, _itself)
AMOUNT = Form(str, Decimal)
DAY = Form(date.isoformat, date.fromisoformat)


def maybe(form: Form) -> Form:
    """The form of what may be None."""
    return Form(
        lambda value: None if value is None else form.write(value),
        lambda kept: None if kept is None else form.read(kept),
    )


def each(form: Form) -> Form:
    """The form of a tuple."""
    return Form(
        lambda values: [form.write(value) for value in values],
        lambda kept: tuple(form.read(one) for one in kept),
    )


def shape(made: Callable[..., Any], **fields: tuple[str, Form]) -> Form:
    """The form of a dataclass: the key of each of its fields, and the field's own form."""

    def write(value: Any) -> dict[str, Any]:
        return {key: form.write(getattr(value, name)) for name, (key, form) in fields.items()}

    def read(kept: Mapping[str, Any]) -> Any:
        return made(
            **{name: form.read(kept[key]) for name, (key, form) in fields.items() if key in kept}
        )

    return Form(write, read)


def _runs(nights: Nights) -> list[list[Any]]:
    """Nights in a row at one price: the first, how many, the price."""
    ordinal = {night: night.toordinal() - number for number, (night, _) in enumerate(nights)}
    runs = groupby(nights, key=lambda one: (ordinal[one[0]], one[1]))
    return [[run[0][0].isoformat(), len(run), str(run[0][1])] for run in (list(g) for _, g in runs)]


def _nights(kept: list[list[Any]]) -> Nights:
    found: list[tuple[date, Decimal]] = []
    for first, count, price in kept:
        day, step = date.fromisoformat(first), timedelta(0)
        for _ in range(count):
            found.append((day + step, Decimal(price)))
            step += ONE_DAY
    return tuple(found)


LENGTH = shape(
    LengthDiscount,
    seven=("from_7", maybe(AMOUNT)),
    thirty=("from_30", maybe(AMOUNT)),
    is_percentage=("percent", PLAIN),
)
ROOM = shape(
    RoomStay,
    description=("name", PLAIN),
    nights=("nights", Form(_runs, _nights)),
    guests=("guests", PLAIN),
    per_person=("per_person", PLAIN),
    surcharge=("surcharge", AMOUNT),
    capacity=("capacity", PLAIN),
    single_supplement=("single", AMOUNT),
    extra_guest_price=("extra_guest", maybe(AMOUNT)),
    wiseprice=("wiseprice", AMOUNT),
    length_discount=("length", LENGTH),
    tariff_id=("tariff", PLAIN),
    tariff_name=("tariff_name", PLAIN),
)
GUESTS = shape(
    GuestVariance,
    name=("name", PLAIN),
    quantity=("quantity", PLAIN),
    variance=("variance", AMOUNT),
    is_percentage=("percent", PLAIN),
    is_addition=("adds", PLAIN),
)
COUPON = shape(
    CouponDiscount,
    coupon_id=("id", PLAIN),
    code=("code", PLAIN),
    amount=("amount", AMOUNT),
    is_percentage=("percent", PLAIN),
    nights_from=("from", maybe(DAY)),
    nights_to=("to", maybe(DAY)),
)
SUPPLEMENT = shape(SingleSupplement, amount=("amount", AMOUNT), is_percentage=("percent", PLAIN))
BAND = shape(
    ChildBand,
    age_from=("from", PLAIN),
    age_to=("to", PLAIN),
    price=("price", AMOUNT),
    per_stay=("per_stay", PLAIN),
)
EXTRA = shape(
    ExtraCharge,
    extra_id=("id", PLAIN),
    name=("name", PLAIN),
    model=("model", Form(str, ExtraModel)),
    price=("price", AMOUNT),
    tax_percent=("tax", AMOUNT),
    quantity=("quantity", PLAIN),
    minimum=("minimum", PLAIN),
    counts_children=("children", PLAIN),
)
CITY_TAX = shape(
    CityTax,
    amount=("amount", AMOUNT),
    model=("model", Form(str, CityTaxModel)),
    exempt_under_age=("exempt_under", PLAIN),
    max_nights=("nights", PLAIN),
)
CLEANING = shape(
    CleaningFee,
    amount=("amount", AMOUNT),
    per_room=("per_room", PLAIN),
    tax_percent=("tax", AMOUNT),
)
RULES = shape(
    PriceRules,
    currency=("currency", PLAIN),
    prices_inclusive=("inclusive", PLAIN),
    tax_percent=("tax", AMOUNT),
    flat=("flat", PLAIN),
    weekly=("weekly", PLAIN),
    minimum_payers=("payers", PLAIN),
)
CHARGES = shape(
    Charges,
    adults=("adults", PLAIN),
    child_ages=("ages", each(PLAIN)),
    guest_types=("guest_types", each(GUESTS)),
    coupon=("coupon", maybe(COUPON)),
    personal=("personal", AMOUNT),
    partner=("partner", each(AMOUNT)),
    agreed=("agreed", maybe(AMOUNT)),
    supplement=("supplement", maybe(SUPPLEMENT)),
    last_minute=("last_minute", AMOUNT),
    child_bands=("child_bands", each(BAND)),
    extras=("extras", each(EXTRA)),
    city_tax=("city_tax", maybe(CITY_TAX)),
    cleaning=("cleaning", maybe(CLEANING)),
)
BASIS = shape(
    PriceBasis, rules=("rules", RULES), rooms=("rooms", each(ROOM)), charges=("charges", CHARGES)
)


def basis_json(basis: PriceBasis | None) -> dict[str, Any]:
    """Plain values, from which `basis_of` makes the same basis; {} for None."""
    return {} if basis is None else versioned(BASIS.write(basis))


def basis_of(kept: Mapping[str, Any]) -> PriceBasis | None:
    """The basis that `basis_json` was made of. Raises UnknownVersion."""
    if not kept:
        return None
    check_version(kept)
    found: PriceBasis = BASIS.read(kept)
    return found
