"""What a price depends on, as plain values; amounts in the convention of the entered prices."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from bookyflow.pricing.lines import ZERO

STANDARD_GUESTS = 2  # of a room; those beyond are extra guests (reference R-PR-8)


@dataclass(frozen=True)
class LengthDiscount:
    """Off for 7 to 29 nights, and for 30 or more: per cent, or an amount off the total."""

    seven: Decimal | None = None
    thirty: Decimal | None = None
    is_percentage: bool = True


@dataclass(frozen=True)
class RoomStay:
    """One room for a stay: the entered price of each night, in order, and who sleeps in it.

    `guests` are the adults in the room; `capacity` how many people it takes. `surcharge` and
    `single_supplement` are the room's own, per night. `extra_guest_price` is per night for each
    guest above two; None: they pay as the others. `wiseprice` is per cent off this room's nights.
    """

    description: str
    nights: tuple[tuple[date, Decimal], ...]
    guests: int = 1
    per_person: bool = False
    surcharge: Decimal = ZERO
    capacity: int = 1
    single_supplement: Decimal = ZERO
    extra_guest_price: Decimal | None = None
    wiseprice: Decimal = ZERO
    length_discount: LengthDiscount = field(default_factory=LengthDiscount)
    tariff_id: int | None = None
    tariff_name: str = ""


@dataclass(frozen=True)
class GuestVariance:
    """`quantity` guests of one type and how their price differs from the nightly one."""

    name: str
    quantity: int
    variance: Decimal = ZERO
    is_percentage: bool = False
    is_addition: bool = True


@dataclass(frozen=True)
class CouponDiscount:
    """A coupon that may be used: per cent, or an amount, off the nights in its window.

    Both dates are included; None means no bound.
    """

    coupon_id: int
    code: str
    amount: Decimal
    is_percentage: bool = True
    nights_from: date | None = None
    nights_to: date | None = None


@dataclass(frozen=True)
class SingleSupplement:
    """A supplement for every room with one guest: net per night, or per cent of a night."""

    amount: Decimal
    is_percentage: bool = False


@dataclass(frozen=True)
class ChildBand:
    """What children from `age_from` to `age_to`, both included, pay: per night, or per stay."""

    age_from: int
    age_to: int
    price: Decimal
    per_stay: bool = False


class ExtraModel(StrEnum):
    """What an extra's price is multiplied by (reference 4.12)."""

    PER_WEEK = "per_week"
    PER_NIGHT = "per_night"
    PER_BOOKING = "per_booking"
    PER_PERSON = "per_person"
    PER_PERSON_AND_NIGHT = "per_person_per_night"
    PER_PERSON_AND_WEEK = "per_person_per_week"
    PER_NIGHT_WITH_MINIMUM = "per_night_with_minimum"
    PER_NIGHT_AND_ROOM = "per_night_per_room"
    PER_ROOM = "per_room"
    PERCENTAGE = "percentage"


@dataclass(frozen=True)
class ExtraCharge:
    """An extra that was chosen, with its own tax rate in per cent; `minimum` in nights."""

    extra_id: int
    name: str
    model: ExtraModel
    price: Decimal
    tax_percent: Decimal = ZERO
    quantity: int = 1
    minimum: int = 0
    counts_children: bool = False


class CityTaxModel(StrEnum):
    """What a city tax is counted by."""

    SINGLE = "single"
    PER_NIGHT = "pernight"
    PER_GUEST = "perguest"
    PER_GUEST_AND_NIGHT = "perguestpernight"
    PERCENTAGE = "percentbookingtotal"


@dataclass(frozen=True)
class CityTax:
    """A tax that is passed on: untaxed itself. Guests younger than `exempt_under_age` are not
    counted, nor nights beyond `max_nights`."""

    amount: Decimal
    model: CityTaxModel = CityTaxModel.SINGLE
    exempt_under_age: int = 18
    max_nights: int | None = None


@dataclass(frozen=True)
class CleaningFee:
    """A fee per booking or per room, with its own tax rate in per cent."""

    amount: Decimal
    per_room: bool = False
    tax_percent: Decimal = ZERO


@dataclass(frozen=True)
class Charges:
    """All that a price depends on beside the rooms. The defaults add nothing.

    `adults` counts all of them (None: those in the rooms). Percentages count as they were entered.
    `agreed` replaces the price of the rooms and every discount but the last-minute one.
    """

    adults: int | None = None
    child_ages: tuple[int, ...] = ()
    guest_types: tuple[GuestVariance, ...] = ()
    coupon: CouponDiscount | None = None
    personal: Decimal = ZERO
    partner: tuple[Decimal, ...] = ()
    agreed: Decimal | None = None
    supplement: SingleSupplement | None = None
    last_minute: Decimal = ZERO
    child_bands: tuple[ChildBand, ...] = ()
    extras: tuple[ExtraCharge, ...] = ()
    city_tax: CityTax | None = None
    cleaning: CleaningFee | None = None
