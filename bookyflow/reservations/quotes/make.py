"""What a stay costs and whether it can be had: the one function behind quotes, bookings, changes.

A quote asks the database a fixed number of questions, however many rooms are wanted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from bookyflow.availability.nights import OccupiedNights, nights_taken
from bookyflow.availability.rules import stay_check, stay_of
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.core.money import rounded, too_fine
from bookyflow.pricing.allocation import allocate
from bookyflow.pricing.deposits import DepositKind, DepositTerms, deposit
from bookyflow.pricing.discounts import days_ahead
from bookyflow.pricing.engine import price_stay
from bookyflow.pricing.inputs import LengthDiscount, RoomStay
from bookyflow.pricing.lines import Breakdown, Line, LineKind, Rule
from bookyflow.properties.models import BookingModel, Property
from bookyflow.reservations.charges import charges_of, rules_of, wiseprices
from bookyflow.reservations.picking import children_spread, rooms_pick
from bookyflow.reservations.wishes import Booker, RoomWish, StayWish
from bookyflow.rooms.capacity import capacity_refusals
from bookyflow.rooms.models import Room
from bookyflow.tariffs.rules import admits
from bookyflow.tariffs.selectors import Offer, offers_by_room_type, refusals

TOO_LARGE = Decimal(10) ** 11  # for the amounts of a booking


@dataclass(frozen=True)
class QuotedRoom:
    """A room of a quote: its type and tariff, and how many adults it is for."""

    room_type_id: int
    room_type: str
    adults: int
    tariff_type_id: int | None = None
    tariff: str = ""
    room_id: int | None = None


@dataclass(frozen=True)
class Quote:
    """What a wish costs. `stay` is the guest's own, `nights` are those taken and paid for.

    `deposit` is due in advance; `security` is refundable and in no total.
    """

    property_id: int
    wish: StayWish
    stay: Stay
    nights: OccupiedNights
    rooms: tuple[QuotedRoom, ...]
    breakdown: Breakdown
    deposit: Decimal
    security: Decimal
    coupon_id: int | None = None
    guest_id: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values, from which `from_json` makes the same quote."""
        return {
            "property": self.property_id,
            "wish": self.wish.as_json(),
            "stay": [self.stay.arrival.isoformat(), self.stay.departure.isoformat()],
            "nights": [self.nights.first.isoformat(), self.nights.end.isoformat()],
            "rooms": [list(asdict(room).values()) for room in self.rooms],
            "currency": self.breakdown.currency,
            "lines": [_line_json(line) for line in self.breakdown.lines],
            "night": str(self.breakdown.mean_night),
            "deposit": str(self.deposit),
            "security": str(self.security),
            "coupon": self.coupon_id,
            "guest": self.guest_id,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Quote:
        """The quote that `as_json` was made of."""
        lines = tuple(_line_of(values) for values in kept["lines"])
        return cls(
            property_id=kept["property"],
            wish=StayWish.from_json(kept["wish"]),
            stay=Stay(*map(date.fromisoformat, kept["stay"])),
            nights=OccupiedNights.stored(*map(date.fromisoformat, kept["nights"])),
            rooms=tuple(QuotedRoom(*values) for values in kept["rooms"]),
            breakdown=Breakdown(kept["currency"], lines, Decimal(kept["night"])),
            deposit=Decimal(kept["deposit"]),
            security=Decimal(kept["security"]),
            coupon_id=kept["coupon"],
            guest_id=kept["guest"],
        )


_DECIMALS = ("unit", "net", "tax_percent", "tax", "gross")
_DATES = ("first_night", "last_night")


def _line_json(line: Line) -> list[Any]:
    return [
        value if isinstance(value, int) or value is None else str(value)
        for value in asdict(line).values()
    ]


def _line_of(values: Sequence[Any]) -> Line:
    named = dict(zip(Line.__dataclass_fields__, values, strict=True))
    named |= {name: Decimal(named[name]) for name in _DECIMALS}
    named |= {name: date.fromisoformat(named[name]) for name in _DATES if named[name]}
    return Line(**{**named, "kind": LineKind(named["kind"]), "rule": Rule(named["rule"])})


def quote_make(
    *,
    prop: Property,
    wish: StayWish,
    booker: Booker,
    amends: int | None = None,
    prefer: frozenset[int] = frozenset(),
) -> Quote:
    """Price a wish as of now. `prop` comes with its settings and type.

    Nothing is written or held. `amends` is the booking that is changed, whose nights are free by
    now. Rooms in `prefer` are priced where they are free. Raises DomainError: those of `may_book`,
    `stay_check`, `capacity_refusals` and `charges_of`; `no_room_available`, `stop_sell`;
    `no_valid_tariffs` with the reasons; `validation_failed` for what does not fit together, for an
    agreed price that is none or that staff did not set, and for a price beyond what can be kept.
    """
    may_book(prop, booker)
    _check_agreed(wish, booker, prop.settings.currency)
    settings, today = prop.settings, prop.settings.today()
    stay = stay_of(settings, wish.arrival, wish.departure)
    wish = replace(wish, departure=stay.departure)
    stay_check(settings, stay, today=today, by_staff=booker.is_staff, amending=amends is not None)
    nights = nights_taken(settings, stay)
    wish = _complete(prop, wish)
    rooms = rooms_pick(prop, nights, wish, prefer)
    guests = _guests(prop, wish, rooms)
    offered = _tariffs(prop, nights.priced, wish, rooms, guests)
    ahead = days_ahead(today, stay.arrival)
    charges = charges_of(
        prop=prop,
        stay=nights.priced,
        wish=wish,
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
            _room_stay(prop, room, adults, offer, off.get(room.room_type_id, Decimal(0)))
            for room, adults, offer in zip(rooms, guests, offered, strict=True)
        ],
        charges.charges,
    )
    charges.check_spend(breakdown)
    _check_size(breakdown)
    found = tuple(
        RoomWish(room.room_type_id, wanted.room_id, offer.tariff_type.pk, adults, children)
        for room, wanted, offer, adults, children in zip(
            rooms,
            wish.rooms,
            offered,
            guests,
            children_spread(prop, wish, rooms, guests),
            strict=True,
        )
    )
    return Quote(
        property_id=prop.pk,
        wish=replace(wish, rooms=found, extras=charges.extras),
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
            for room, adults, offer, wanted in zip(rooms, guests, offered, wish.rooms, strict=True)
        ),
        breakdown=breakdown,
        deposit=deposit(deposit_terms(prop), breakdown, nights=nights.length, ahead=ahead),
        security=rounded(settings.security_deposit, settings.currency),
        coupon_id=charges.coupon_id,
        guest_id=booker.guest_id,
    )


def may_book(prop: Property, booker: Booker) -> None:
    """Refuse who must not book here (reference R-WH-1, 2, 4); staff may."""
    if booker.is_staff:
        return
    if not prop.is_published or prop.property_type.flag == BookingModel.REAL_ESTATE:
        raise DomainError("not_bookable_online")
    if not prop.settings.visitors_can_book:
        raise DomainError("not_bookable_online")
    if prop.settings.only_registered_can_book and not booker.is_registered:
        raise DomainError("registration_needed")


def _check_agreed(wish: StayWish, booker: Booker, currency: str) -> None:
    if wish.agreed is None:
        return
    if not booker.is_staff:
        problem = "Only staff may agree on a price."
    elif not wish.agreed.is_finite() or not 0 <= wish.agreed < TOO_LARGE:
        problem = "An amount that is not negative is needed."
    else:
        problem = too_fine(wish.agreed, currency)
    if problem:
        raise DomainError("validation_failed", problem, fields={"agreed": [problem]})


def _check_size(breakdown: Breakdown) -> None:
    """Refuse what the columns of a booking could not keep."""
    if any(abs(line.gross) >= TOO_LARGE for line in breakdown.lines) or (
        breakdown.total >= TOO_LARGE
    ):
        raise DomainError("validation_failed", "The price is too large for one booking.")


def deposit_terms(prop: Property) -> DepositTerms:
    """How a property asks for deposits."""
    settings = prop.settings
    return DepositTerms(
        kind=DepositKind(settings.deposit_kind),
        value=settings.deposit_value,
        round_up=settings.deposit_rounded_up,
        near_days=settings.deposit_near_days if settings.deposit_full_when_near else None,
        minimum=settings.minimum_deposit,
    )


def _complete(prop: Property, wish: StayWish) -> StayWish:
    """The wish with its number of adults, and the one room of a property let as a whole."""
    rooms = wish.rooms
    if prop.property_type.is_single_unit and not rooms:
        rooms = (RoomWish(),)
    if not rooms:
        raise DomainError("validation_failed", fields={"rooms": ["At least one room is needed."]})
    split = [room.adults for room in rooms if room.adults is not None]
    if split and len(split) < len(rooms):
        problem = "Give the adults of every room, or of none."
        raise DomainError("validation_failed", problem, fields={"rooms": [problem]})
    if split and min(split) < 1:
        problem = "There is no room without an adult."
        raise DomainError("validation_failed", problem, fields={"rooms": [problem]})
    adults = wish.adults or sum(split)
    is_hire = prop.property_type.flag == BookingModel.ITEM_HIRE
    if split and sum(split) != adults and not is_hire:  # nobody counts who uses which item
        problem = f"The rooms are for {sum(split)} adults, not for {adults}."
        raise DomainError("validation_failed", problem, fields={"rooms": [problem]})
    if adults < 1:
        raise DomainError("validation_failed", fields={"adults": ["At least one is needed."]})
    return replace(wish, rooms=rooms, adults=adults)


def _guests(prop: Property, wish: StayWish, rooms: Sequence[Room]) -> list[int]:
    """How many adults are in each room, once they fit (reference R-CA, R-PR-3)."""
    is_hire = prop.property_type.flag == BookingModel.ITEM_HIRE
    for refusal in capacity_refusals(
        rooms,
        adults=wish.adults,
        children=len(wish.child_ages),
        children_count=prop.settings.children_count_for_capacity,
        item_hire=is_hire,
    ):
        raise DomainError(refusal.key, refusal.sentence)
    if is_hire:
        return [1] * len(rooms)
    places = [min(room.max_adults, room.max_occupancy) for room in rooms]
    split = [room.adults for room in wish.rooms if room.adults is not None]
    if wish.adults > sum(places) or any(
        adults > most for adults, most in zip(split, places, strict=False)
    ):
        most = ", ".join(map(str, places))
        raise DomainError("too_many_adults", f"The rooms take {most} adults at most.")
    return split or allocate(wish.adults, places)


def _tariffs(
    prop: Property, stay: Stay, wish: StayWish, rooms: Sequence[Room], guests: Sequence[int]
) -> list[Offer]:
    """The tariff of each room: the one asked for, or the cheapest one offered for its guests."""
    found = offers_by_room_type(
        prop=prop,
        stay=stay,
        people=wish.adults,
        room_type_ids={room.room_type_id for room in rooms},
        rooms_selected=None,
        guest_types=wish.guest_types,
    )
    chosen = []
    for number, (room, wanted, adults) in enumerate(zip(rooms, wish.rooms, guests, strict=True)):
        fitting = [
            offer
            for offer in found[room.room_type_id]
            if wanted.tariff_type_id in {None, offer.tariff_type.pk}
            and admits(offer.tariff_type, number)
        ]
        if not fitting:
            raise _not_offered(prop, stay, wish, room_type_id=room.room_type_id, number=number)
        chosen.append(_cheapest(prop, room, adults, fitting))
    return chosen


def _cheapest(prop: Property, room: Room, adults: int, fitting: Sequence[Offer]) -> Offer:
    """The offer by which the room costs least, by all that makes a tariff's price; then the first.

    Prices alone do not tell: one may be for the room, the other for a person, or fall with time.
    """
    if len(fitting) == 1:
        return fitting[0]
    rules = rules_of(prop)

    def cost(offer: Offer) -> tuple[Decimal, int]:
        priced = price_stay(rules, [_room_stay(prop, room, adults, offer, Decimal(0))])
        return priced.total, offer.tariff_type.pk

    return min(fitting, key=cost)


def _not_offered(
    prop: Property, stay: Stay, wish: StayWish, *, room_type_id: int, number: int
) -> DomainError:
    wanted = wish.rooms[number]
    reasons = refusals(
        prop=prop,
        stay=stay,
        people=wish.adults,
        room_type_id=room_type_id,
        rooms_selected=number,
        guest_types=wish.guest_types,
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
    tariff = offer.tariff_type
    return RoomStay(
        description=tariff.name,
        nights=offer.nights,
        guests=adults,
        per_person=prop.settings.per_person_per_night and not tariff.ignore_per_person,
        extra_guest_price=tariff.extra_guest_price,
        wiseprice=wiseprice,
        length_discount=LengthDiscount(
            tariff.discount_7, tariff.discount_30, tariff.discount_is_percentage
        ),
        tariff_id=tariff.pk,
        tariff_name=tariff.name,
    )


def _room_stay(
    prop: Property, room: Room, adults: int, offer: Offer, wiseprice: Decimal
) -> RoomStay:
    return replace(
        offer_stay(prop, offer, adults=adults, wiseprice=wiseprice),
        description=room.room_type.name,
        surcharge=room.surcharge,
        capacity=room.max_occupancy,
        single_supplement=room.single_supplement,
    )
