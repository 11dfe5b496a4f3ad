"""Changing bookings at a price that somebody else set, as a channel does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from bookyflow.availability.models import Occupancy, OccupancyKind
from bookyflow.availability.nights import OccupiedNights
from bookyflow.availability.selectors import free_rooms
from bookyflow.availability.services import (
    Taking,
    expired_holds_drop,
    occupy,
    release,
    rooms_choose,
)
from bookyflow.core.acting import Actor
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.guests.services import GuestDetails
from bookyflow.pricing.engine import PriceBasis, price_given
from bookyflow.pricing.lines import Line, LineKind
from bookyflow.properties.models import Property
from bookyflow.reservations import journal
from bookyflow.reservations.amendments.granted import (
    basis_kept,
    granted_if_known,
    rules_kept,
)
from bookyflow.reservations.amendments.preview import (
    changeable_check,
    currency_check,
    rooms_held,
)
from bookyflow.reservations.creation import refuse_past
from bookyflow.reservations.folio import lines_replace
from bookyflow.reservations.models import Booking, BookingState
from bookyflow.reservations.quotes.basis_codec import basis_json
from bookyflow.reservations.quotes.codec import request_json, request_of
from bookyflow.reservations.services import RoomsWanted
from bookyflow.reservations.stay_request import Amended, BookingRequest, RoomRequest
from bookyflow.reservations.taking import added_nights_check

# What staff have sold beside the rooms: a price for the rooms leaves it.
BESIDE = (LineKind.EXTRA, LineKind.CITY_TAX, LineKind.CLEANING)


@dataclass(frozen=True)
class PricedStay:
    """A stay as it is to be: `price` is gross, for all rooms, in the booking's currency.

    `people` are all who come; `deposit` is what is due in advance, as far as the total goes.
    """

    stay: Stay
    rooms: RoomsWanted
    people: int
    price: Decimal
    deposit: Decimal


@dataclass(frozen=True)
class Told:
    """What is told of a booking by now; what is empty leaves what is known."""

    guest: GuestDetails
    remarks: str = ""
    referrer: str = ""


@dataclass(frozen=True)
class PricedChange:
    """What becomes another way about a booking; None leaves the stay, or what is told, as it is."""

    stay: PricedStay | None = None
    told: Told | None = None


def bookings_amend_priced(
    *, properties: Mapping[int, Property], changes: Mapping[int, PricedChange], by: Actor
) -> list[Booking]:
    """Give bookings, by id, other nights, rooms and people at prices that somebody else set.

    All or none: the rooms of all of them are free before the first gets others, so that they can
    swap. A room that a booking has is kept where it is free, large enough and of the type; nights
    that are new must be for sale. Services stay on the account, and so does what staff have sold
    beside the rooms, at its terms. An anonymised guest stays unknown. `properties` come from
    `properties_lock` of the running transaction, which the caller ends in one piece. Raises
    DomainError `booking_not_found`, `booking_state` for one that has ended or left and for another
    arrival of a guest who is there, `dates_in_past`, `no_room_available`, `stop_sell`,
    `validation_failed` where the property sells in another currency by now.
    """
    found = [_locked(pk, properties, change) for pk, change in sorted(changes.items())]
    for prop in {booking.property_id: booking.property for booking in found}.values():
        expired_holds_drop(property_id=prop.pk)
    held = {booking.pk: rooms_held(booking) for booking in found}
    for booking in found:
        if changes[booking.pk].stay:
            release(booking_id=booking.pk)
    for booking in found:
        _amend(booking, held[booking.pk], changes[booking.pk], by=by)
    return found


def _locked(pk: int, properties: Mapping[int, Property], change: PricedChange) -> Booking:
    """A booking, locked, that can be changed as it is wanted."""
    booking = (
        Booking.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk=pk, property__in=properties)
        .first()
    )
    if booking is None:
        raise DomainError("booking_not_found")
    booking.property = properties[booking.property_id]
    if change.stay is None:
        return booking
    changeable_check(booking)
    currency_check(booking.property, booking)
    has_arrived = booking.state == BookingState.CHECKED_IN
    if has_arrived and change.stay.stay.arrival != booking.arrival:
        raise DomainError("booking_state", "The guest has arrived; the arrival cannot be changed.")
    return booking


def _amend(booking: Booking, held: Sequence[Occupancy], change: PricedChange, *, by: Actor) -> None:
    before, reason = booking.state, []
    written: dict[str, Any] = {}
    if change.told:
        written |= _told(booking, change.told)
        reason = ["Told anew."] if written else []
    if change.stay:
        reason.append(f"Changed: was {booking.arrival} to {booking.departs_on}.")
        written |= _restayed(booking, held, change.stay, by=by)
    if not written:
        return
    journal.save(booking, **written)
    journal.record_history(booking, before, by=by, reason=" ".join(reason))
    journal.record_event(EventKind.BOOKING_MODIFIED, booking, by=by)


def _told(booking: Booking, told: Told) -> dict[str, Any]:
    """The fields that are told otherwise than known."""
    found = {name: text for name, text in vars(told).items() if name != "guest" and text.strip()}
    if booking.lead_guest:
        found["lead_guest"] = {**booking.lead_guest, **told.guest.told()}
    return {name: value for name, value in found.items() if value != getattr(booking, name)}


def _restayed(
    booking: Booking, held: Sequence[Occupancy], wanted: PricedStay, *, by: Actor
) -> dict[str, Any]:
    """Take the rooms and write the price; the fields of the booking that follow."""
    prop = booking.property
    amended = Amended(booking.pk, booking.stay(), booking.nights())
    nights = amended.nights_of(prop.settings, wanted.stay)
    if nights != booking.nights():
        refuse_past(prop, nights)
    _rooms_take(booking, held, nights, wanted.rooms, by=by)
    is_same_party = wanted.people == booking.party_size()
    adults = booking.adults if is_same_party else wanted.people
    children = booking.children if is_same_party else 0
    booking.total, kept = _price(booking, held, nights, replace(wanted, people=adults))
    booking.deposit_required = min(wanted.deposit, booking.total)
    state = booking.state
    if state in {BookingState.PROVISIONAL, BookingState.CONFIRMED}:
        state = booking.settled_state()
    return {
        "arrival": wanted.stay.arrival,
        "departs_on": wanted.stay.departure,
        "departure": nights.end,
        "adults": adults,
        "children": children,
        "total": booking.total,
        "deposit_required": booking.deposit_required,
        "state": state,
        **kept,
    }


def _rooms_take(
    booking: Booking,
    held: Sequence[Occupancy],
    nights: OccupiedNights,
    wanted: RoomsWanted,
    *,
    by: Actor,
) -> None:
    """Take rooms for the nights: those it has where they do, and others beside them."""
    prop = booking.property
    which: dict[str, Any] = {"property_id": prop.pk, "today": prop.settings.today()}
    fits: dict[str, Any] = {"room_type_id": wanted.room_type_id, "guests": wanted.guests}
    free = {room.room_id for room in free_rooms(**which, nights=nights, **fits)}
    kept = [one for one in held if one.room_id in free][: wanted.quantity]
    added_nights_check(
        **which, had=booking.nights(), nights=nights, room_ids=[one.room_id for one in kept]
    )
    taking: dict[str, Any] = {
        "property_id": prop.pk,
        "nights": nights,
        "booking_id": booking.pk,
        "kind": OccupancyKind.BOOKING,
    }
    for pinned in {one.pinned for one in kept}:
        ids = [one.room_id for one in kept if one.pinned == pinned]
        occupy(Taking(**taking, room_ids=ids, pinned=pinned))
    missing = wanted.quantity - len(kept)
    if missing:
        ids = rooms_choose(
            **which, nights=nights, quantity=missing, booking_id=booking.pk, by=by, **fits
        )
        occupy(Taking(**taking, room_ids=ids))


def _price(
    booking: Booking, held: Sequence[Occupancy], nights: OccupiedNights, wanted: PricedStay
) -> tuple[Decimal, dict[str, Any]]:
    """Write the lines; the new total, and what the booking keeps of how it came about."""
    given = price_given(
        rules_kept(booking),
        gross=wanted.price,
        first_night=nights.first,
        last_night=nights.last,
        rooms=wanted.rooms.quantity,
    )
    request = request_of(booking.request)
    granted = granted_if_known(booking, held) if request else None
    if request is None or granted is None:
        return lines_replace(booking, given), {"request": {}, "granted": {}}
    asked = request.stay_request.changed(
        arrival=wanted.stay.arrival,
        departure=wanted.stay.departure,
        adults=wanted.people,
        rooms=(RoomRequest(room_type_id=wanted.rooms.room_type_id),) * wanted.rooms.quantity,
    )
    basis = _given(basis_kept(booking, granted, asked, nights.priced), given.lines)
    beside = [line for line in basis.priced().lines if line.kind in BESIDE]
    total = lines_replace(booking, replace(given, lines=(*given.lines, *beside)))
    return total, {
        "request": request_json(BookingRequest(asked, request.guest_id)),
        "granted": basis_json(basis),
    }


def _given(basis: PriceBasis, lines: Sequence[Line]) -> PriceBasis:
    """A basis whose rooms cost what others say, with all that is for the rooms and their people.

    What was sold beside the rooms is for the nights and people of now, at its terms.
    """
    name = "gross" if basis.rules.prices_inclusive else "net"
    agreed = sum((getattr(line, name) for line in lines), Decimal(0))
    rooms = tuple(replace(room, single_supplement=Decimal(0)) for room in basis.rooms)
    charges = replace(basis.charges, agreed=agreed, supplement=None, child_bands=())
    return replace(basis, rooms=rooms, charges=charges)
