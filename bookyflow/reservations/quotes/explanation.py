"""What a stay would cost at each rate plan, or everything that the engine says against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext

from bookyflow.availability.explanations import STOCK, Explanation, explanations
from bookyflow.availability.nights import OccupiedNights, nights_taken
from bookyflow.availability.selectors import PricedRoom, priced_rooms
from bookyflow.availability.stay_rules import stay_of, stay_refusals
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.pricing.discounts import days_ahead
from bookyflow.pricing.engine import PriceBasis
from bookyflow.properties.models import Property
from bookyflow.reservations.price_inputs import charges_of, rules_of, wiseprices
from bookyflow.reservations.quotes.eligibility import adults_spread, may_book
from bookyflow.reservations.quotes.rate_choice import room_stay
from bookyflow.reservations.room_allocation import rooms_pick
from bookyflow.reservations.stay_request import VISITOR, RoomRequest, StayRequest
from bookyflow.rooms.models import Room
from bookyflow.tariffs.extras import extras_offered
from bookyflow.tariffs.models import Extra
from bookyflow.tariffs.selectors import Verdict, verdicts


@dataclass(frozen=True)
class Objection:
    """One rule against a stay: its stable name, a sentence, and the days whose rule it is.

    No day: it is about the stay as a whole.
    """

    rule: str
    sentence: str
    days: tuple[date, ...] = ()


@dataclass(frozen=True)
class ExplainedPlan:
    """A rate plan: what a stay costs in it, with tax and all forced charges, or why it has none."""

    name: str
    total: Decimal | None
    objections: tuple[Objection, ...]

    @property
    def is_bookable(self) -> bool:
        """Whether a guest could book it now."""
        return self.total is not None


@dataclass(frozen=True)
class ExplainedRoomType:
    """A room type with its rate plans by id; what is said of it is said of each of them as well."""

    name: str
    objections: tuple[Objection, ...]
    rate_plans: Mapping[int, ExplainedPlan]

    @property
    def is_bookable(self) -> bool:
        """Whether any of its rate plans could be booked now."""
        return any(plan.is_bookable for plan in self.rate_plans.values())


@dataclass(frozen=True)
class _Asked:
    """A party of adults in one room, and what the answers for all room types are made of."""

    prop: Property
    stay: Stay
    nights: OccupiedNights
    people: int
    free: Sequence[PricedRoom]
    rooms: Mapping[int, Room]
    off: Mapping[int, Decimal]
    common: Sequence[Objection]
    plans: Sequence[Verdict]

    @cached_property
    def stock(self) -> list[Explanation]:
        """What closes nights; only asked where no room is had."""
        return explanations(prop=self.prop, first=self.nights.first, last=self.nights.last)

    @cached_property
    def extras(self) -> list[Extra]:
        """What is offered with rooms of any type; only asked where a price is."""
        kinds = {room.room_type_id for room in self.rooms.values()}
        return extras_offered(prop=self.prop, arrival=self.stay.arrival, room_type_ids=kinds)

    def request(self, room_type_id: int) -> StayRequest:
        return StayRequest(
            self.stay.arrival,
            self.stay.departure,
            rooms=(RoomRequest(room_type_id=room_type_id),),
            adults=self.people,
        )


def stay_explain(
    *, prop: Property, stay: Stay, number_of_people: int
) -> dict[int, ExplainedRoomType]:
    """By room type and rate plan: what one room costs for so many adults, or every reason against.

    As a visitor who asks now would be told by `quote_make`, whose rules are asked one by one, each
    for all that it has to say. `prop` comes with its settings and type. The number of queries
    depends on neither room types nor rate plans, unless other bookings would have to move. Raises
    DomainError `validation_failed` for nobody.
    """
    if number_of_people < 1:
        problem = gettext("At least one guest is needed.")
        raise DomainError("validation_failed", problem, fields={"number_of_people": [problem]})
    settings, today = prop.settings, prop.settings.today()
    stay = stay_of(settings, stay.arrival, stay.departure)
    nights = nights_taken(settings, stay)
    rooms = Room.objects.filter(property=prop).select_related("room_type").in_bulk()
    kinds = {room.room_type_id: room.room_type.name for room in rooms.values()}
    asked = _Asked(
        prop=prop,
        stay=stay,
        nights=nights,
        people=number_of_people,
        free=priced_rooms(property_id=prop.pk, nights=nights, today=today, wanted=1).now(),
        rooms=rooms,
        off=wiseprices(prop, stay.arrival, days_ahead(today, stay.arrival)),
        common=_of_property(prop, stay),
        plans=verdicts(prop=prop, stay=nights.priced, people=number_of_people),
    )
    return {kind: _of_room_type(asked, kind, name) for kind, name in sorted(kinds.items())}


def _of_property(prop: Property, stay: Stay) -> list[Objection]:
    found = []
    try:
        may_book(prop, VISITOR)
    except DomainError as error:
        found.append(Objection(error.key, error.detail))
    for refusal in stay_refusals(prop.settings, stay, today=prop.settings.today()):
        days = (stay.arrival,) if refusal.field == "arrival" else ()
        found.append(Objection(refusal.key, refusal.sentence, days))
    return found


def _of_room_type(asked: _Asked, kind: int, name: str) -> ExplainedRoomType:
    stock: list[Objection] = []
    if not any(one.room_type_id == kind and one.may_be_sold(0) for one in asked.free):
        stock = _of_stock(one for one in asked.stock if one.room_type_id == kind)
    objections = [*asked.common, *stock]
    room, adults = None, 0
    try:
        if stock:  # no room is free, whoever moves
            _check_size(asked, kind)
        else:
            room, adults = _place(asked, kind)
    except DomainError as error:
        objections.append(Objection(error.key, error.detail))
    return ExplainedRoomType(
        name,
        tuple(objections),
        {
            one.tariff_type.pk: _of_plan(asked, one, room, adults, objections)
            for one in asked.plans
            if one.tariff_type.room_type_id == kind
        },
    )


def _of_stock(nights: Iterable[Explanation]) -> list[Objection]:
    """What closes nights, rule by rule, each with the nights that it closes."""
    found: dict[str, Objection] = {}
    for night in nights:
        for reason in night.reasons:
            if reason.key in STOCK:
                known = found.get(reason.key, Objection(reason.key, reason.sentence))
                found[reason.key] = Objection(known.rule, known.sentence, (*known.days, night.date))
    return list(found.values())


def _place(asked: _Asked, kind: int) -> tuple[PricedRoom, int]:
    """The room that a guest would get, and how many adults are in it."""
    request = asked.request(kind)
    (room,) = rooms_pick(asked.prop, asked.nights, request, asked.free)
    (adults,) = adults_spread(asked.prop, request, [room])
    return room, adults


def _check_size(asked: _Asked, kind: int) -> None:
    """Refuse a party that the largest room of a type would not take were it free."""
    rooms = [room for room in asked.rooms.values() if room.room_type_id == kind]
    largest = max(rooms, key=lambda room: (min(room.max_adults, room.max_occupancy), room.pk))
    adults_spread(asked.prop, asked.request(kind), [largest])


def _of_plan(
    asked: _Asked, plan: Verdict, room: PricedRoom | None, adults: int, objections: list[Objection]
) -> ExplainedPlan:
    against = [
        *objections,
        *(Objection(one.reason, one.sentence, one.days) for one in plan.refusals),
    ]
    name, total = plan.tariff_type.name, None
    if room is not None and not against:
        try:
            total = _total(asked, plan, room, adults)
        except DomainError as error:
            against.append(Objection(error.key, error.detail))
    return ExplainedPlan(name, total, tuple(against))


def _total(asked: _Asked, plan: Verdict, room: PricedRoom, adults: int) -> Decimal | None:
    prop, offer = asked.prop, plan.offer
    if offer is None:
        return None
    today = prop.settings.today()
    charges = charges_of(
        prop=prop,
        stay=asked.nights.priced,
        stay_request=asked.request(room.room_type_id),
        room_types=[room.room_type_id],
        booker=VISITOR,
        today=today,
        ahead=days_ahead(today, asked.stay.arrival),
        extras=asked.extras,
    )
    off = asked.off.get(room.room_type_id, Decimal(0))
    basis = PriceBasis(
        rules_of(prop), (room_stay(prop, room, adults, offer, off),), charges.charges
    )
    return basis.priced().total
