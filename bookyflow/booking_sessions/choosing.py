"""What a guest chooses: nights, people and rooms; and holding it, at the price quoted."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from bookyflow.availability.nights import nights_taken
from bookyflow.availability.selectors import calendar, free_rooms, sellable
from bookyflow.availability.services import no_room
from bookyflow.availability.stay_rules import stay_check, stay_of
from bookyflow.booking_sessions.models import BookingSession
from bookyflow.booking_sessions.naming import SessionName
from bookyflow.booking_sessions.sessions import hold_lasts, session_lock, visitor_hold_drop
from bookyflow.core.acting import VISITOR
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import BookingModel, Property, RoomsList
from bookyflow.properties.selectors import Reach
from bookyflow.reservations.claiming import Claim
from bookyflow.reservations.holds import hold_make
from bookyflow.reservations.price_inputs import children_check
from bookyflow.reservations.quotes.eligibility import may_book
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.stay_request import VISITOR as ANYBODY
from bookyflow.reservations.stay_request import RoomRequest, StayRequest
from bookyflow.rooms.capacity import capacity_refusals
from bookyflow.rooms.models import Room
from bookyflow.rooms.selectors import room_list
from bookyflow.tariffs.child_rates import child_rates_offered
from bookyflow.tariffs.models import TariffType
from bookyflow.tariffs.selectors import tariff_type_list, verdicts

MOST_ROOMS = 50
MOST_CHILDREN = 50
MOST_DATES_TOLD = 10
_PAIR = re.compile(r"([1-9][0-9]{0,17})\^([1-9][0-9]{0,17})")


@dataclass(frozen=True)
class Caller:
    """Who calls for the guest, as far as limits go: an address, or the key pair of a site."""

    address: str
    reach: Reach | None = None


@dataclass(frozen=True)
class Party:
    """Who comes: adults, children by the id of their rate, and ages of children without one."""

    adults: int
    children: Mapping[int, int] = field(default_factory=dict)
    child_ages: Sequence[int] = ()

    @classmethod
    def of(
        cls,
        *,
        adults: int,
        children: Iterable[tuple[int, int]] = (),
        child_ages: Sequence[int] = (),
    ) -> Party:
        """From pairs of rate and quantity; a rate that comes twice is added up."""
        found: dict[int, int] = {}
        for pk, quantity in children:
            found[pk] = found.get(pk, 0) + quantity
        return cls(adults, found, child_ages)


@dataclass(frozen=True)
class RoomChoice:
    """Rooms with their tariffs, as pairs of ids, and quantities of extras by id.

    Raises DomainError `validation_failed` for too many, and for a pair that comes twice.
    """

    pairs: tuple[tuple[int, int], ...] = ()
    extras: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, *, pairs: str = "", extras: Mapping[int, int] | None = None) -> RoomChoice:
        """From pairs as text. Raises DomainError `validation_failed`, also as `pairs_of`."""
        return cls(pairs_of(pairs), extras or {})

    def __post_init__(self) -> None:
        problem = ""
        if len(self.pairs) > MOST_ROOMS:
            problem = gettext("At most %(count)s rooms.") % {"count": MOST_ROOMS}
        elif len({room for room, _ in self.pairs}) < len(self.pairs):
            problem = gettext("The same room is requested twice.")
        if problem:
            raise DomainError("validation_failed", problem, fields={"rooms": [problem]})


def pairs_of(text: str) -> tuple[tuple[int, int], ...]:
    """Pairs of room id and tariff id, from "12^234,13^234"; none from an empty text.

    Raises DomainError `validation_failed`.
    """
    found = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        pair = _PAIR.fullmatch(part)
        if pair is None:
            problem = gettext("Pairs such as 12^234 are needed, separated by commas.")
            raise DomainError("validation_failed", problem, fields={"rooms": [problem]})
        found.append((int(pair[1]), int(pair[2])))
    return tuple(found)


def pairs_text(pairs: Iterable[Sequence[int]]) -> str:
    """Pairs as `pairs_of` reads them."""
    return ",".join(f"{room}^{tariff}" for room, tariff in pairs)


@dataclass(frozen=True)
class RoomsHeld:
    """What a session has chosen, as pairs of room and tariff, and until when it is held."""

    pairs: str
    expires_at: datetime | None
    valid: bool = True


def rooms_held(session: BookingSession) -> RoomsHeld:
    """What a session has chosen by now."""
    hold = session.live_hold()
    return RoomsHeld(pairs_text(session.rooms), hold.expires_at if hold else None)


@transaction.atomic
def visitor_dates_set(
    *, name: SessionName, arrival: date, departure: date | None, caller: Caller
) -> BookingSession:
    """Say from when to when a guest comes; rooms that cannot be had then are chosen no more.

    Refused dates leave all as it was. Raises DomainError as `session_lock`, and `dates_check`.
    """
    session = session_lock(name)
    if departure is None and session.property.settings.asks_for_departure:
        problem = gettext("This field is required.")
        number = {"error_number": "007"}
        raise DomainError("validation_failed", fields={"departure": [problem]}, members=number)
    stay = stay_of(session.property.settings, arrival, departure)
    if session.stay() == stay:
        return session
    visitor_hold_drop(session)
    dates_check(session.property, stay)
    session.arrival, session.departure = stay.arrival, stay.departure
    _hold_again(session, caller)
    session.save()
    return session


@transaction.atomic
def visitor_party_set(*, name: SessionName, party: Party, caller: Caller) -> BookingSession:
    """Say how many come, once the dates are known; rooms that do not take them are dropped.

    Raises DomainError as `session_lock`, `dates_not_set`, `validation_failed` for a child rate
    that the property does not have, and as `party_check`.
    """
    session = session_lock(name)
    stay = stay_needed(session)
    ages = _ages(session.property, party)
    if (session.adults, session.child_ages) == (party.adults, ages):
        return session
    visitor_hold_drop(session)
    party_check(session.property, stay, adults=party.adults, child_ages=ages)
    session.adults, session.child_ages = party.adults, ages
    _hold_again(session, caller)
    session.save()
    return session


@transaction.atomic
def visitor_rooms_set(
    *, name: SessionName, choice: RoomChoice, caller: Caller, may_be_none: bool = False
) -> BookingSession:
    """Choose rooms and extras, and hold them at today's price for a quarter of an hour.

    A property that is let as a whole is chosen by itself. No rooms at all, where there may be none,
    takes the choice back. Raises DomainError as `session_lock`, `dates_not_set`, `guests_not_set`,
    `no_room_selected`, `room_not_found`, `tariff_type_not_found`, `room_tariff_incorrect`, and as
    `quote_make` and `hold_make`.
    """
    session = session_lock(name)
    stay_needed(session)
    if session.adults is None:
        raise DomainError("guests_not_set")
    is_whole = session.property.property_type.is_single_unit
    is_none = may_be_none and not choice.pairs
    if not (choice.pairs or is_whole or is_none):
        raise DomainError("no_room_selected")
    wanted = [list(pair) for pair in choice.pairs]
    if is_whole and not is_none:
        wanted = session.rooms
    extras = {str(pk): quantity for pk, quantity in choice.extras.items()}
    is_same = (session.rooms, session.extras) == (wanted, extras)
    if session.live_hold() is not None and is_same:
        return session
    visitor_hold_drop(session)
    session.rooms, session.extras = wanted, extras
    if not is_none:
        _hold(session, caller)
    session.save()
    return session


def stay_needed(session: BookingSession) -> Stay:
    """The nights of a session. Raises DomainError `dates_not_set`."""
    stay = session.stay()
    if stay is None:
        raise DomainError("dates_not_set")
    return stay


def dates_check(prop: Property, stay: Stay) -> None:
    """Refuse nights that nobody can book here, whatever the rooms and the party; three queries.

    Raises DomainError as `may_book` and `stay_check`, `property_not_available` where no room is
    left for a night, `no_valid_tariffs` where no tariff covers them.
    """
    may_book(prop, ANYBODY)
    stay_check(prop.settings, stay, today=prop.settings.today())
    nights = nights_taken(prop.settings, stay)
    full = [
        day.date.isoformat()
        for day in calendar(property_id=prop.pk, first=nights.first, last=nights.last)
        if day.is_full
    ]
    if full:
        dates = ", ".join(full[:MOST_DATES_TOLD])
        detail = gettext("No room is left on %(dates)s.") % {"dates": dates}
        raise DomainError("property_not_available", detail, fields={"arrival": [detail]})
    found = verdicts(prop=prop, stay=nights.priced, people=0, rooms_selected=None)
    if not any(one.offer for one in found):
        told = dict.fromkeys(one.sentence for verdict in found for one in verdict.refusals)
        raise DomainError("no_valid_tariffs", " ".join(list(told)[:MOST_DATES_TOLD]))


def party_check(prop: Property, stay: Stay, *, adults: int, child_ages: Sequence[int]) -> None:
    """Refuse people for whom there is no place in what is free on the nights; one query.

    Raises DomainError `children_not_allowed`, `too_many_adults`, `too_many_children`,
    `too_many_guests`, `no_room_available`.
    """
    children_check(prop.settings, child_ages)
    settings = prop.settings
    nights = nights_taken(settings, stay)
    free = sellable(free_rooms(property_id=prop.pk, nights=nights, today=settings.today()))
    if not free:
        raise no_room(nights, quantity=1)
    for refusal in capacity_refusals(
        free,
        adults=adults,
        children=len(child_ages),
        children_count=settings.children_count_for_capacity,
        item_hire=prop.property_type.flag == BookingModel.ITEM_HIRE,
    ):
        if refusal.key != "too_many_rooms":  # nobody has to take all of them
            raise DomainError(refusal.key, refusal.sentence, fields={"adults": [refusal.sentence]})


def _ages(prop: Property, party: Party) -> list[int]:
    """One age for each child: the youngest of its rate that the property takes."""
    ages = list(party.child_ages)
    if party.children:
        rates = {rate.pk: rate for rate in child_rates_offered(prop=prop)}
        if unknown := sorted(party.children.keys() - rates.keys()):
            problem = gettext("No child rate %(id)s here.") % {"id": unknown[0]}
            raise DomainError("validation_failed", problem, fields={"children": [problem]})
        for pk, quantity in party.children.items():
            ages += [max(rates[pk].age_from, prop.settings.child_min_age)] * quantity
    if len(ages) > MOST_CHILDREN:
        problem = gettext("At most %(count)s children.") % {"count": MOST_CHILDREN}
        raise DomainError("validation_failed", problem, fields={"children": [problem]})
    return sorted(ages)


def _hold_again(session: BookingSession, caller: Caller) -> None:
    """Hold what was chosen before, now that something else has changed; or drop the choice."""
    if not session.rooms or session.stay() is None or session.adults is None:
        return
    try:
        with transaction.atomic():
            _hold(session, caller)
    except DomainError:
        session.rooms, session.extras, session.hold = [], {}, None


def _hold(session: BookingSession, caller: Caller) -> None:
    """Quote and hold what a session has chosen; its rooms become those of the quote."""
    prop, stay = session.property, stay_needed(session)
    request = StayRequest(
        arrival=stay.arrival,
        departure=stay.departure,
        rooms=_requests(session),
        adults=session.adults or 0,
        child_ages=tuple(session.child_ages),
        extras={int(pk): quantity for pk, quantity in session.extras.items()},
    )
    quote = quote_make(prop=prop, stay_request=request, booker=ANYBODY)
    session.hold = hold_make(
        quote=quote,
        by=VISITOR,
        # The quote has never left us: its text is nobody else's.
        claim=Claim(f"session {secrets.token_hex(16)}", caller.address, caller.reach),
        lasting=hold_lasts(prop),
    )
    if prop.property_type.is_single_unit:
        room = room_list(prop=prop).first()
        tariff_id = quote.rooms[0].tariff_type_id
        session.rooms = [[room.pk, tariff_id]] if room else []


def _requests(session: BookingSession) -> tuple[RoomRequest, ...]:
    """What a session asks the engine for.

    Where rooms are offered by type a pair stands for its type, so that another guest who has taken
    the very room meanwhile is no reason to refuse; where they are listed, for the room itself.
    """
    prop = session.property
    if prop.property_type.is_single_unit:
        return ()
    rooms = {room.pk: room for room in room_list(prop=prop)}
    tariffs = tariff_type_list(prop=prop).in_bulk()
    by_type = prop.settings.rooms_list == RoomsList.BY_TYPE
    found = []
    for room_id, tariff_id in session.rooms:
        room, tariff = _pair(rooms, tariffs, room_id, tariff_id)
        wanted = None if by_type else room.pk
        found.append(RoomRequest(room.room_type_id, wanted, tariff.pk))
    return tuple(found)


def _pair(
    rooms: Mapping[int, Room], tariffs: Mapping[int, TariffType], room_id: int, tariff_id: int
) -> tuple[Room, TariffType]:
    if room_id not in rooms:
        raise DomainError("room_not_found", fields={"rooms": [str(room_id)]})
    if tariff_id not in tariffs:
        raise DomainError("tariff_type_not_found", fields={"rooms": [str(tariff_id)]})
    room, tariff = rooms[room_id], tariffs[tariff_id]
    if room.room_type_id != tariff.room_type_id:
        pair = pairs_text([(room_id, tariff_id)])
        raise DomainError("room_tariff_incorrect", fields={"rooms": [pair]})
    return room, tariff
