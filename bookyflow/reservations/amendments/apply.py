"""Changing a booking: its nights, rooms, people or extras; at the old price or a new one."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from bookyflow.availability.models import Occupancy, OccupancyKind
from bookyflow.availability.nights import OccupiedNights, nights_taken
from bookyflow.availability.selectors import free_rooms
from bookyflow.availability.services import expired_holds_drop, occupy, release
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.pricing.lines import LineKind
from bookyflow.properties.models import Property
from bookyflow.reservations import journal
from bookyflow.reservations.amendments.changes import Changes, PriceMode
from bookyflow.reservations.amendments.granted import (
    basis_kept,
    granted_if_known,
    granted_quote,
    granted_to,
)
from bookyflow.reservations.amendments.preview import (
    booker_of,
    changeable_check,
    crowd_check,
    currency_check,
    open_check,
    rooms_held,
    stay_checked,
    suits,
    wish_changed,
)
from bookyflow.reservations.folio import lines_replace
from bookyflow.reservations.models import Booking, BookingLine, BookingState
from bookyflow.reservations.quotes.basis_codec import basis_json
from bookyflow.reservations.quotes.codec import request_json
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.quotes.quote import Quote
from bookyflow.reservations.stay_request import Amended, Booker, BookingRequest, RoomRequest
from bookyflow.reservations.taking import Holder, added_nights_check, rooms_take
from bookyflow.tariffs.overrides import NONE, Overridable, Overrides


@transaction.atomic
def booking_amend(
    *,
    booking_id: int,
    property_id: int,
    changes: Changes,
    price: PriceMode,
    by: Actor,
    override: Overrides = NONE,
) -> Booking:
    """Change a booking, by staff: keep its price, make a new one, or price only what is new.

    Its own nights count as free, windows of arrival do not count (reference R-DT-4), and rooms
    that it has are kept where they still fit; nights that are new must be for sale. All or nothing.
    What is on an invoice already is taken back by lines of its own. Rules of a kind in `override`
    are set aside, which history and event tell. Raises DomainError `booking_not_found`,
    `booking_state` for one that has ended or left, `validation_failed` when an extra, coupon or
    agreed price changes and the price does not, or for a new price where the property sells in
    another currency by now, and all that a quote raises.
    """
    changes.check(price=price)
    prop, booking = journal.lock(booking_id, property_id)
    changeable_check(booking)
    has_arrived = booking.state == BookingState.CHECKED_IN
    if has_arrived and changes.arrival not in {None, booking.arrival}:
        raise DomainError("booking_state", "The guest has arrived; the arrival cannot be changed.")
    held = rooms_held(booking)
    release(booking_id=booking.pk)
    expired_holds_drop(property_id=prop.pk)
    stay_request, booker = wish_changed(booking, held, changes), booker_of(booking, override)
    has = frozenset(one.room_id for one in held)
    before = f"{booking.arrival} to {booking.departs_on}"
    amends = Amended(booking.pk, booking.stay())
    if price != PriceMode.KEPT:
        if price == PriceMode.REPRICED:
            currency_check(prop, booking)
            quote = quote_make(
                prop=prop, stay_request=stay_request, booker=booker, amends=amends, prefer=has
            )
        else:
            quote = granted_quote(
                prop=prop,
                booking=booking,
                granted=granted_to(booking, held),
                stay_request=stay_request,
                changes=changes,
                booker=booker,
                amends=amends,
                prefer=has,
            )
        if changes.departure not in {None, quote.stay_request.departure}:
            problem = "The length of stay is fixed by the property."
            raise DomainError("validation_failed", problem, fields={"departure": [problem]})
        _price(booking, quote)
        stay_request, stay, nights = quote.stay_request, quote.stay, quote.nights
    else:
        stay = stay_checked(prop, stay_request, amends=amends.stay, override=override)
        nights = nights_taken(prop.settings, stay)
        if Overridable.STOP_SELL not in override:
            open_check(prop, held, stay_request.rooms, nights.beyond(booking.nights()))
        known = granted_if_known(booking, held)
        _date_lines(booking, nights)
        if known and changes.given():
            basis = basis_kept(booking, known, stay_request, nights.priced)
            booking.granted = basis_json(basis)
    _occupy(prop, booking, nights, stay_request.rooms, held, booker=booker, by=by)
    if price == PriceMode.KEPT and changes.moves_people:
        crowd_check(prop, booking, stay_request)
    state = booking.state
    journal.save(
        booking,
        arrival=stay.arrival,
        departs_on=stay.departure,
        departure=nights.end,
        adults=stay_request.adults,
        children=stay_request.children,
        request=request_json(BookingRequest(stay_request, booker.guest_id)),
        granted=booking.granted,
        total=booking.total,
        deposit_required=booking.deposit_required,
        coupon_id=booking.coupon_id,
        state=_state(booking),
    )
    aside = journal.set_aside(override)
    reason = f"Changed: was {before}. {aside.sentence}".strip()
    journal.record_history(booking, state, by=by, reason=reason)
    journal.record_event(EventKind.BOOKING_MODIFIED, booking, by=by, **aside.data)
    return booking


def _price(booking: Booking, quote: Quote) -> None:
    booking.total = lines_replace(booking, quote.breakdown)
    booking.deposit_required = quote.deposit  # at most the quote's total, which services only raise
    booking.coupon_id = quote.coupon_id
    booking.granted = basis_json(quote.basis)


def _date_lines(booking: Booking, nights: OccupiedNights) -> None:
    """The price stays, for the new nights."""
    BookingLine.objects.filter(
        booking=booking, kind=LineKind.ACCOMMODATION, billed=False, reverses=None
    ).update(first_night=nights.first, last_night=nights.last)


def _occupy(
    prop: Property,
    booking: Booking,
    nights: OccupiedNights,
    rooms: Sequence[RoomRequest],
    held: Sequence[Occupancy],
    *,
    booker: Booker,
    by: Actor,
) -> None:
    """Take the rooms for the changed nights: those it has where they do, else others."""
    if booking.state == BookingState.ENQUIRY and not held:
        return  # it holds nothing, and goes on so
    today = prop.settings.today()
    free = {room.room_id for room in free_rooms(property_id=prop.pk, nights=nights, today=today)}
    keeps = _keeps(rooms, held, free)
    kind = OccupancyKind(held[0].kind) if held else OccupancyKind.BOOKING
    expires_at = held[0].expires_at if held else None
    if keeps is None:
        rooms_take(
            property_id=prop.pk,
            nights=nights,
            today=today,
            rooms=rooms,
            holder=Holder(kind, booking_id=booking.pk, expires_at=expires_at),
            by=by,
            unlimited=booker.is_unlimited,
        )
        return
    added_nights_check(
        property_id=prop.pk,
        today=today,
        had=booking.nights(),
        nights=nights,
        room_ids=[one.room_id for one in keeps],
        unlimited=booker.is_unlimited,
    )
    for pinned in {one.pinned for one in keeps}:
        occupy(
            property_id=prop.pk,
            room_ids=[one.room_id for one in keeps if one.pinned == pinned],
            nights=nights,
            kind=kind,
            booking_id=booking.pk,
            pinned=pinned,
            expires_at=expires_at,
        )


def _keeps(
    rooms: Sequence[RoomRequest], held: Sequence[Occupancy], free: set[int]
) -> list[Occupancy] | None:
    """The occupancies whose rooms suit every request, one each; None when some request has none."""
    left = [one for one in held if one.room_id in free]
    found = []
    for wanted in rooms:
        fitting = next((one for one in left if suits(one, wanted)), None)
        if fitting is None:
            return None
        left.remove(fitting)
        found.append(fitting)
    return found


def _state(booking: Booking) -> str:
    if booking.state in {BookingState.PROVISIONAL, BookingState.CONFIRMED}:
        return booking.settled_state()
    return booking.state
