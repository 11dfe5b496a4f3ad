"""What a stay costs and whether it can be had: the one function behind quotes, bookings, changes.

A quote asks the database a fixed number of questions, however many rooms are wanted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext

from bookyflow.availability.nights import OccupiedNights, nights_taken
from bookyflow.availability.selectors import PricedRoom, priced_rooms
from bookyflow.availability.stay_rules import stay_check, stay_of
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.core.money import rounded
from bookyflow.pricing.deposits import deposit
from bookyflow.pricing.discounts import days_ahead
from bookyflow.pricing.engine import PriceBasis
from bookyflow.pricing.lines import Breakdown
from bookyflow.properties.models import Property
from bookyflow.reservations.folio import TOO_LARGE
from bookyflow.reservations.price_inputs import charges_of, deposit_terms, rules_of
from bookyflow.reservations.quotes.eligibility import (
    adults_spread,
    agreed_check,
    may_book,
    wish_complete,
)
from bookyflow.reservations.quotes.quote import Quote, QuotedRoom
from bookyflow.reservations.quotes.rate_choice import offers_chosen, room_stay
from bookyflow.reservations.quotes.stock import Stock, stock_of
from bookyflow.reservations.room_allocation import children_spread, rooms_pick
from bookyflow.reservations.stay_request import Amended, Booker, RoomRequest, StayRequest


@dataclass(frozen=True)
class _Checked:
    """A request that keeps the rules, its stay and the nights that it takes."""

    stay_request: StayRequest
    stay: Stay
    nights: OccupiedNights

    @property
    def room_type_ids(self) -> set[int] | None:
        """The types of its rooms; None where some of them may be of any."""
        rooms = self.stay_request.rooms
        found = {room.room_type_id for room in rooms if room.room_type_id is not None}
        is_known = all(room.room_type_id is not None for room in rooms)
        return found if is_known else None

    def rooms_compared(self, prefer: frozenset[int]) -> int | None:
        """How many free rooms there must be to choose from; None: all, since some are named."""
        rooms = self.stay_request.rooms
        is_named = bool(prefer) or any(room.room_id is not None for room in rooms)
        return None if is_named else len(rooms)


@dataclass(frozen=True)
class Placed:
    """A request that keeps the rules, with the rooms that it would get and who sleeps in each."""

    stay_request: StayRequest
    stay: Stay
    nights: OccupiedNights
    rooms: tuple[PricedRoom, ...]
    guests: tuple[int, ...]


def quote_make(
    *,
    prop: Property,
    stay_request: StayRequest,
    booker: Booker,
    amends: Amended | None = None,
    prefer: frozenset[int] = frozenset(),
    stock: Stock | None = None,
) -> Quote:
    """Price a request as of now. `prop` comes with its settings and type.

    Nothing is written or held. `amends` is the booking that is changed, whose nights are free by
    now. Rooms in `prefer` are priced where they are free. What is in `stock`, for these nights, is
    not asked of the database again. Raises DomainError: those of
    `request_place` and `charges_of`; `no_valid_tariffs` with the reasons; `validation_failed` for a
    price beyond what can be kept.
    """
    checked = _check(prop, stay_request, booker, amends)
    if stock is None:
        stock = stock_of(
            prop=prop,
            arrival=checked.stay.arrival,
            nights=checked.nights,
            room_type_ids=checked.room_type_ids,
            unlimited=booker.is_unlimited,
            rooms=checked.rooms_compared(prefer),
        )
    placed = _place(prop, checked, stock.free, prefer)
    wanted, stay = placed.stay_request, placed.nights.priced
    offered = offers_chosen(
        prop,
        stay,
        wanted,
        placed.rooms,
        placed.guests,
        override=booker.override,
        rates=stock.rates,
    )
    today = prop.settings.today()
    ahead = days_ahead(today, placed.stay.arrival)
    charges = charges_of(
        prop=prop,
        stay=stay,
        stay_request=wanted,
        room_types={room.room_type_id for room in placed.rooms},
        booker=booker,
        today=today,
        ahead=ahead,
        amends=amends.booking_id if amends else None,
        extras=stock.extras,
    )
    basis = PriceBasis(
        rules_of(prop),
        tuple(
            room_stay(prop, room, adults, offer, stock.off.get(room.room_type_id, Decimal(0)))
            for room, adults, offer in zip(placed.rooms, placed.guests, offered, strict=True)
        ),
        charges.charges,
    )
    breakdown = basis.priced()
    charges.check_spend(breakdown)
    return quote_of_basis(
        prop,
        placed,
        basis,
        breakdown,
        deposit=deposit(deposit_terms(prop), breakdown, nights=placed.nights.length, ahead=ahead),
        coupon_id=charges.coupon_id,
        guest_id=booker.guest_id,
    )


def request_place(
    *,
    prop: Property,
    stay_request: StayRequest,
    booker: Booker,
    amends: Amended | None,
    prefer: frozenset[int],
    currency: str,
) -> Placed:
    """Find rooms for a request, and check all that does not depend on prices.

    An agreed price is in `currency`.

    Raises DomainError: those of `may_book`, `stay_check` and `capacity_refusals`;
    `no_room_available`, `stop_sell`; `validation_failed` for what does not fit together, and for an
    agreed price that is none or that staff did not set.
    """
    checked = _check(prop, stay_request, booker, amends, currency)
    free = priced_rooms(
        property_id=prop.pk,
        nights=checked.nights,
        today=prop.settings.today(),
        unlimited=booker.is_unlimited,
        wanted=checked.rooms_compared(prefer),
    )
    return _place(prop, checked, free.now(), prefer)


def _check(
    prop: Property,
    stay_request: StayRequest,
    booker: Booker,
    amends: Amended | None,
    currency: str = "",
) -> _Checked:
    """Check all that depends on neither rooms nor prices."""
    may_book(prop, booker)
    agreed_check(stay_request, booker, currency or prop.settings.currency)
    settings, today = prop.settings, prop.settings.today()
    stay = stay_of(settings, stay_request.arrival, stay_request.departure)
    stay_request = replace(stay_request, departure=stay.departure)
    stay_check(
        settings,
        stay,
        today=today,
        by_staff=booker.is_staff,
        amends=amends.stay if amends else None,
        override=booker.override,
    )
    nights = amends.nights_of(settings, stay) if amends else nights_taken(settings, stay)
    return _Checked(wish_complete(prop, stay_request), stay, nights)


def _place(
    prop: Property, checked: _Checked, free: Sequence[PricedRoom], prefer: frozenset[int]
) -> Placed:
    """Choose rooms among those that are free, and say who sleeps where."""
    wanted = checked.stay_request
    rooms = rooms_pick(prop, checked.nights, wanted, free, prefer=prefer)
    guests = adults_spread(prop, wanted, rooms)
    return Placed(wanted, checked.stay, checked.nights, tuple(rooms), tuple(guests))


def quote_of_basis(
    prop: Property,
    placed: Placed,
    basis: PriceBasis,
    breakdown: Breakdown,
    *,
    deposit: Decimal,
    coupon_id: int | None,
    guest_id: int | None,
) -> Quote:
    """The quote of a request that has its rooms and its price.

    Raises DomainError `validation_failed` for a price beyond what can be kept.
    """
    _check_size(breakdown)
    wanted, rooms, guests = placed.stay_request, placed.rooms, placed.guests
    found = tuple(
        RoomRequest(room.room_type_id, asked.room_id, priced.tariff_id, adults, children)
        for room, asked, priced, adults, children in zip(
            rooms,
            wanted.rooms,
            basis.rooms,
            guests,
            children_spread(prop, wanted, rooms, guests),
            strict=True,
        )
    )
    extras: Counter[int] = Counter()
    for extra in basis.charges.extras:
        extras[extra.extra_id] += extra.quantity
    return Quote(
        property_id=prop.pk,
        stay_request=replace(wanted, rooms=found, extras=dict(extras), agreed=basis.charges.agreed),
        stay=placed.stay,
        nights=placed.nights,
        rooms=tuple(
            QuotedRoom(
                room.room_type_id,
                room.room_type,
                adults,
                priced.tariff_id,
                priced.tariff_name,
                asked.room_id,
            )
            for room, adults, priced, asked in zip(
                rooms, guests, basis.rooms, wanted.rooms, strict=True
            )
        ),
        breakdown=breakdown,
        deposit=deposit,
        security=rounded(prop.settings.security_deposit, prop.settings.currency),
        coupon_id=coupon_id,
        guest_id=guest_id,
        basis=basis,
    )


def _check_size(breakdown: Breakdown) -> None:
    """Refuse what the columns of a booking could not keep."""
    if any(abs(line.gross) >= TOO_LARGE for line in breakdown.lines) or (
        breakdown.total >= TOO_LARGE
    ):
        raise DomainError("validation_failed", gettext("The price is too large for one booking."))
