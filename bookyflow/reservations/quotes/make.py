"""What a stay costs and whether it can be had: the one function behind quotes, bookings, changes.

A quote asks the database a fixed number of questions, however many rooms are wanted.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext

from bookyflow.availability.nights import nights_taken
from bookyflow.availability.stay_rules import stay_check, stay_of
from bookyflow.core.errors import DomainError
from bookyflow.core.money import rounded
from bookyflow.pricing.deposits import deposit
from bookyflow.pricing.discounts import days_ahead
from bookyflow.pricing.engine import price_stay
from bookyflow.pricing.lines import Breakdown
from bookyflow.properties.models import Property
from bookyflow.reservations.folio import TOO_LARGE
from bookyflow.reservations.price_inputs import charges_of, deposit_terms, rules_of, wiseprices
from bookyflow.reservations.quotes.eligibility import (
    adults_spread,
    agreed_check,
    may_book,
    wish_complete,
)
from bookyflow.reservations.quotes.quote import Quote, QuotedRoom
from bookyflow.reservations.quotes.rate_choice import offers_chosen, room_stay
from bookyflow.reservations.room_allocation import children_spread, rooms_pick
from bookyflow.reservations.stay_request import Booker, RoomRequest, StayRequest


def quote_make(
    *,
    prop: Property,
    stay_request: StayRequest,
    booker: Booker,
    amends: int | None = None,
    prefer: frozenset[int] = frozenset(),
) -> Quote:
    """Price a request as of now. `prop` comes with its settings and type.

    Nothing is written or held. `amends` is the booking that is changed, whose nights are free by
    now. Rooms in `prefer` are priced where they are free. Raises DomainError: those of `may_book`,
    `stay_check`, `capacity_refusals` and `charges_of`; `no_room_available`, `stop_sell`;
    `no_valid_tariffs` with the reasons; `validation_failed` for what does not fit together, for an
    agreed price that is none or that staff did not set, and for a price beyond what can be kept.
    """
    may_book(prop, booker)
    agreed_check(stay_request, booker, prop.settings.currency)
    settings, today = prop.settings, prop.settings.today()
    stay = stay_of(settings, stay_request.arrival, stay_request.departure)
    stay_request = replace(stay_request, departure=stay.departure)
    stay_check(settings, stay, today=today, by_staff=booker.is_staff, amending=amends is not None)
    nights = nights_taken(settings, stay)
    stay_request = wish_complete(prop, stay_request)
    rooms = rooms_pick(prop, nights, stay_request, prefer)
    guests = adults_spread(prop, stay_request, rooms)
    offered = offers_chosen(prop, nights.priced, stay_request, rooms, guests)
    ahead = days_ahead(today, stay.arrival)
    charges = charges_of(
        prop=prop,
        stay=nights.priced,
        stay_request=stay_request,
        rooms=rooms,
        booker=booker,
        today=today,
        ahead=ahead,
        amends=amends,
    )
    off = wiseprices(prop, stay.arrival, ahead)
    breakdown = price_stay(
        rules_of(prop),
        [
            room_stay(prop, room, adults, offer, off.get(room.room_type_id, Decimal(0)))
            for room, adults, offer in zip(rooms, guests, offered, strict=True)
        ],
        charges.charges,
    )
    charges.check_spend(breakdown)
    _check_size(breakdown)
    found = tuple(
        RoomRequest(room.room_type_id, wanted.room_id, offer.tariff_type.pk, adults, children)
        for room, wanted, offer, adults, children in zip(
            rooms,
            stay_request.rooms,
            offered,
            guests,
            children_spread(prop, stay_request, rooms, guests),
            strict=True,
        )
    )
    return Quote(
        property_id=prop.pk,
        stay_request=replace(stay_request, rooms=found, extras=charges.extras),
        stay=stay,
        nights=nights,
        rooms=tuple(
            QuotedRoom(
                room.room_type_id,
                room.room_type.name,
                adults,
                offer.tariff_type.pk,
                offer.tariff_type.name,
                wanted.room_id,
            )
            for room, adults, offer, wanted in zip(
                rooms, guests, offered, stay_request.rooms, strict=True
            )
        ),
        breakdown=breakdown,
        deposit=deposit(deposit_terms(prop), breakdown, nights=nights.length, ahead=ahead),
        security=rounded(settings.security_deposit, settings.currency),
        coupon_id=charges.coupon_id,
        guest_id=booker.guest_id,
    )


def _check_size(breakdown: Breakdown) -> None:
    """Refuse what the columns of a booking could not keep."""
    if any(abs(line.gross) >= TOO_LARGE for line in breakdown.lines) or (
        breakdown.total >= TOO_LARGE
    ):
        raise DomainError("validation_failed", gettext("The price is too large for one booking."))
