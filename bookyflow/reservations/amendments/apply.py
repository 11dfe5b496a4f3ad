"""Changing a booking: its nights, rooms, people or extras; at the old price or a new one."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from bookyflow.availability.models import Occupancy, OccupancyKind
from bookyflow.availability.nights import OccupiedNights, nights_taken
from bookyflow.availability.selectors import free_rooms
from bookyflow.availability.services import Taking, expired_holds_drop, occupy, release, rooms_clear
from bookyflow.core.acting import Actor
from bookyflow.core.dates import LONGEST_STAY, Stay
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.pricing.lines import Breakdown
from bookyflow.properties.models import Property
from bookyflow.reservations import journal
from bookyflow.reservations.amendments.changes import Changes, PriceMode
from bookyflow.reservations.amendments.granted import (
    granted_if_known,
    granted_quote,
    granted_to,
)
from bookyflow.reservations.amendments.kept import price_keep, rooms_told
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
from bookyflow.reservations.models import Booking, BookingState
from bookyflow.reservations.quotes.basis_codec import basis_json
from bookyflow.reservations.quotes.codec import request_json
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.quotes.quote import Quote
from bookyflow.reservations.stay_request import (
    Amended,
    Booker,
    BookingRequest,
    RoomRequest,
    StayRequest,
)
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
    that it has are kept where they still fit; out of those of a guest who is in the house others
    are moved, where they can be. Nights that are new must be for sale. All or nothing. What is on
    an invoice already is taken back by lines of its own. Rules of a kind in `override` are set
    aside, which history and event tell. Raises DomainError `booking_not_found`, `booking_state` for
    one that has ended or left, `validation_failed` when an extra, coupon or agreed price changes
    and the price does not, or for a new price where the property sells in another currency by now,
    and all that a quote raises.
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
    if has_arrived and changes.rooms is None:
        _clear(prop, booking, stay_request, has, by=by)
    before = f"{booking.arrival} to {booking.departs_on}"
    amends = Amended(booking.pk, booking.stay(), booking.nights())
    if price != PriceMode.KEPT:
        if price == PriceMode.REPRICED:
            currency_check(prop, booking)
            quote = quote_make(
                prop=prop, stay_request=stay_request, booker=booker, amends=amends, prefer=has
            )
            _price(booking, quote)
        else:
            granted = granted_to(booking, held)
            quote = granted_quote(
                prop=prop,
                booking=booking,
                granted=granted,
                stay_request=stay_request,
                changes=changes,
                booker=booker,
                amends=amends,
                prefer=has,
            )
            _price(booking, quote, had=granted.basis.priced())
        if changes.departure not in {None, quote.stay_request.departure}:
            problem = "The length of stay is fixed by the property."
            raise DomainError("validation_failed", problem, fields={"departure": [problem]})
        stay_request, stay, nights = quote.stay_request, quote.stay, quote.nights
    else:
        stay = stay_checked(prop, stay_request, amends=amends.stay, override=override)
        nights = amends.nights_of(prop.settings, stay)
        if Overridable.STOP_SELL not in override:
            open_check(prop, held, stay_request.rooms, nights.beyond(booking.nights()))
    _occupy(prop, booking, nights, stay_request.rooms, held, booker=booker, by=by)
    if price == PriceMode.KEPT:
        stay_request = _keep_price(
            prop, booking, held, stay_request, nights=nights, changes=changes
        )
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
        prices_inclusive=booking.prices_inclusive,
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


def _clear(
    prop: Property,
    booking: Booking,
    stay_request: StayRequest,
    room_ids: frozenset[int],
    *,
    by: Actor,
) -> None:
    """Have others make way in the rooms of a guest who is in the house and stays longer."""
    departure = stay_request.departure
    if not room_ids or departure is None or departure <= booking.departs_on:
        return
    if (departure - stay_request.arrival).days <= LONGEST_STAY:  # else it is refused below
        rooms_clear(
            property_id=prop.pk,
            room_ids=room_ids,
            nights=nights_taken(prop.settings, Stay(stay_request.arrival, departure)),
            today=prop.settings.today(),
            booking_id=booking.pk,
            by=by,
        )


def _price(booking: Booking, quote: Quote, had: Breakdown | None = None) -> None:
    """Give a booking the price of a quote, or leave its lines where that is the one it `had`.

    The lines of a price that was kept may be finer than what can be reckoned.
    """
    if had is None or quote.breakdown.lines != had.lines:
        booking.total = lines_replace(booking, quote.breakdown)
    booking.deposit_required = quote.deposit  # at most the quote's total, which services only raise
    booking.coupon_id = quote.coupon_id
    booking.granted = basis_json(quote.basis)
    if quote.basis:
        booking.prices_inclusive = quote.basis.rules.prices_inclusive


def _keep_price(
    prop: Property,
    booking: Booking,
    held: Sequence[Occupancy],
    stay_request: StayRequest,
    *,
    nights: OccupiedNights,
    changes: Changes,
) -> StayRequest:
    """Put the price of a booking, which `held` rooms, to what it has now; the request as it is."""
    if changes.moves_people:
        crowd_check(prop, booking, stay_request)
    rooms = rooms_told(stay_request.rooms, rooms_held(booking))
    stay_request = stay_request.changed(rooms=rooms)
    if changes.given() or nights != booking.nights():
        price_keep(booking, granted_if_known(booking, held), stay_request, nights)
    return stay_request


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
            Taking(
                property_id=prop.pk,
                room_ids=[one.room_id for one in keeps if one.pinned == pinned],
                nights=nights,
                kind=kind,
                booking_id=booking.pk,
                pinned=pinned,
                expires_at=expires_at,
            )
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
