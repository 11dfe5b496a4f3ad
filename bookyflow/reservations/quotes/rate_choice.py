"""The tariff of each room: the one asked for, or the cheapest."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from bookyflow.availability.selectors import PricedRoom
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.pricing.engine import price_stay
from bookyflow.pricing.inputs import LengthDiscount, RoomStay
from bookyflow.properties.models import Property
from bookyflow.reservations.price_inputs import rules_of
from bookyflow.reservations.stay_request import StayRequest
from bookyflow.tariffs.overrides import NONE, Overrides
from bookyflow.tariffs.rules import admits
from bookyflow.tariffs.selectors import Offer, Rates, offers_by_room_type, refusals


def offers_chosen(
    prop: Property,
    stay: Stay,
    stay_request: StayRequest,
    rooms: Sequence[PricedRoom],
    guests: Sequence[int],
    *,
    override: Overrides = NONE,
    rates: Sequence[Rates] | None = None,
) -> list[Offer]:
    """The tariff of each room: the one asked for, or the cheapest one offered for its guests.

    No query where `rates` has those of the stay. Raises DomainError `no_valid_tariffs` with the
    reasons.
    """
    found = offers_by_room_type(
        prop=prop,
        stay=stay,
        people=stay_request.adults,
        room_type_ids={room.room_type_id for room in rooms},
        rooms_selected=None,
        guest_types=stay_request.guest_types,
        override=override,
        rates=rates,
    )
    chosen = []
    for number, (room, wanted, adults) in enumerate(
        zip(rooms, stay_request.rooms, guests, strict=True)
    ):
        fitting = [
            offer
            for offer in found[room.room_type_id]
            if wanted.tariff_type_id in {None, offer.tariff_type.pk}
            and admits(offer.tariff_type, number)
        ]
        if not fitting:
            raise _not_offered(
                prop,
                stay,
                stay_request,
                room_type_id=room.room_type_id,
                number=number,
                override=override,
            )
        chosen.append(_cheapest(prop, room, adults, fitting))
    return chosen


def _cheapest(prop: Property, room: PricedRoom, adults: int, fitting: Sequence[Offer]) -> Offer:
    """The offer by which the room costs least, by all that makes a tariff's price; then the first.

    Prices alone do not tell: one may be for the room, the other for a person, or fall with time.
    """
    if len(fitting) == 1:
        return fitting[0]
    rules = rules_of(prop)

    def cost(offer: Offer) -> tuple[Decimal, int]:
        priced = price_stay(rules, [room_stay(prop, room, adults, offer, Decimal(0))])
        return priced.total, offer.tariff_type.pk

    return min(fitting, key=cost)


def _not_offered(
    prop: Property,
    stay: Stay,
    stay_request: StayRequest,
    *,
    room_type_id: int,
    number: int,
    override: Overrides,
) -> DomainError:
    wanted = stay_request.rooms[number]
    reasons = refusals(
        prop=prop,
        stay=stay,
        people=stay_request.adults,
        room_type_id=room_type_id,
        rooms_selected=number,
        guest_types=stay_request.guest_types,
        override=override,
    )
    told = {
        f"tariff {tariff_id}": [reason.sentence for reason in found]
        for tariff_id, found in reasons.items()
        if wanted.tariff_type_id in {None, tariff_id}
    }
    detail = " ".join(dict.fromkeys(one for found in told.values() for one in found))
    return DomainError("no_valid_tariffs", detail, fields=told)


def offer_stay(prop: Property, offer: Offer, *, adults: int, wiseprice: Decimal) -> RoomStay:
    """What an offer costs in some room of its type, without what a certain room adds."""
    return RoomStay(**_of_offer(prop, offer, adults, wiseprice))


def room_stay(
    prop: Property, room: PricedRoom, adults: int, offer: Offer, wiseprice: Decimal
) -> RoomStay:
    """What an offer costs in a certain room."""
    told = _of_offer(prop, offer, adults, wiseprice) | {"description": room.room_type}
    return RoomStay(
        **told,
        surcharge=room.surcharge,
        capacity=room.max_occupancy,
        single_supplement=room.single_supplement,
    )


def _of_offer(prop: Property, offer: Offer, adults: int, wiseprice: Decimal) -> dict[str, Any]:
    tariff = offer.tariff_type
    return {
        "description": tariff.name,
        "nights": offer.nights,
        "guests": adults,
        "per_person": prop.settings.per_person_per_night and not tariff.ignore_per_person,
        "extra_guest_price": tariff.extra_guest_price,
        "wiseprice": wiseprice,
        "length_discount": LengthDiscount(
            tariff.discount_7, tariff.discount_30, tariff.discount_is_percentage
        ),
        "tariff_id": tariff.pk,
        "tariff_name": tariff.name,
    }
