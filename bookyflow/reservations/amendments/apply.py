"""Changing a booking: its nights, rooms, people or extras; at the old price or a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from bookyflow.availability.models import Occupancy, OccupancyKind
from bookyflow.availability.nights import OccupiedNights, nights_taken
from bookyflow.availability.rules import stay_check
from bookyflow.availability.selectors import free_rooms
from bookyflow.availability.services import expired_holds_drop, occupy, release
from bookyflow.core.acting import Actor
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.pricing.lines import LineKind
from bookyflow.properties.models import BookingModel, Property
from bookyflow.reservations import journal
from bookyflow.reservations.lines import lines_replace
from bookyflow.reservations.models import Booking, BookingLine, BookingState
from bookyflow.reservations.quotes.make import Quote, quote_make
from bookyflow.reservations.taking import Holder, rooms_take
from bookyflow.reservations.wishes import Booker, RoomWish, StayWish
from bookyflow.rooms.capacity import capacity_refusals
from bookyflow.rooms.models import Room

CHANGEABLE = (
    BookingState.ENQUIRY,
    BookingState.PROVISIONAL,
    BookingState.CONFIRMED,
    BookingState.CHECKED_IN,
)

PRICED = ("extras", "coupon", "agreed")
MOST_PEOPLE = 1000


@dataclass(frozen=True)
class Changes:
    """What is to be another way; None leaves it as it is. `coupon` "" takes a coupon away."""

    arrival: date | None = None
    departure: date | None = None
    rooms: tuple[RoomWish, ...] | None = None
    adults: int | None = None
    child_ages: tuple[int, ...] | None = None
    extras: Mapping[int, int] | None = None
    coupon: str | None = None
    agreed: Decimal | None = None

    def check(self, *, reprice: bool) -> None:
        """Refuse what cannot be, and without a new price what only that could show.

        Raises DomainError `validation_failed`.
        """
        wrong = self._impossible()
        if not reprice:
            problem = "This changes the price: have it reckoned anew."
            wrong |= {name: problem for name in PRICED if getattr(self, name) is not None}
        if wrong:
            raise DomainError(
                "validation_failed",
                next(iter(wrong.values())),
                fields={name: [problem] for name, problem in wrong.items()},
            )

    def _impossible(self) -> dict[str, str]:
        """What is wrong with the changes whatever the booking is, by field."""
        rooms = self.rooms or ()
        split = [room.adults for room in rooms if room.adults is not None]
        wrong = {}
        if self.rooms == ():
            wrong["rooms"] = "At least one room is needed."
        elif split and len(split) < len(rooms):
            wrong["rooms"] = "Give the adults of every room, or of none."
        elif split and self.adults not in {None, sum(split)}:
            wrong["rooms"] = f"The rooms are for {sum(split)} adults, not for {self.adults}."
        adults = [*split, *([] if self.adults is None else [self.adults])]
        if any(not 1 <= one <= MOST_PEOPLE for one in adults):
            wrong["adults"] = f"From 1 to {MOST_PEOPLE}."
        ages = self.child_ages or ()
        if len(ages) > MOST_PEOPLE or any(age < 0 for age in ages):
            wrong["child_ages"] = f"Ages from 0 up, of at most {MOST_PEOPLE} children."
        return wrong

    @property
    def moves_people(self) -> bool:
        """Whether other people come, or they get other rooms."""
        return any(one is not None for one in (self.rooms, self.adults, self.child_ages))

    def given(self) -> dict[str, object]:
        """The fields that change."""
        return {name: value for name, value in vars(self).items() if value is not None}


@transaction.atomic
def booking_amend(
    *, booking_id: int, property_id: int, changes: Changes, reprice: bool, by: Actor
) -> Booking:
    """Change a booking, by staff: keep what was agreed on the price, or price it anew.

    Its own nights count as free, windows of arrival do not count (reference R-DT-4), and rooms
    that it has are kept where they still fit. All or nothing. What is on an invoice already is
    taken back by lines of its own. Raises DomainError `booking_not_found`, `booking_state` for
    one that has ended or left, `validation_failed` when an extra, coupon or agreed price changes
    and the price does not, or for a new price where the property sells in another currency by now,
    and all that a quote raises.
    """
    changes.check(reprice=reprice)
    prop, booking = journal.lock(booking_id, property_id)
    if booking.state not in CHANGEABLE:
        raise DomainError("booking_state", f"A booking that is {booking.state} stays as it is.")
    has_arrived = booking.state == BookingState.CHECKED_IN
    if has_arrived and changes.arrival not in {None, booking.arrival}:
        raise DomainError("booking_state", "The guest has arrived: the arrival stays.")
    held = _held(booking)
    release(booking_id=booking.pk)
    expired_holds_drop(property_id=prop.pk)
    wish = _wish(booking, held, changes)
    has = frozenset(one.room_id for one in held)
    before = f"{booking.arrival} to {booking.departs_on}"
    if reprice:
        _refuse_other_currency(prop, booking)
        quote = quote_make(
            prop=prop, wish=wish, booker=_booker(booking), amends=booking.pk, prefer=has
        )
        if changes.departure not in {None, quote.wish.departure}:
            problem = "The property sets how long a stay is."
            raise DomainError("validation_failed", problem, fields={"departure": [problem]})
        _price(booking, quote)
        wish, stay, nights = quote.wish, quote.stay, quote.nights
    else:
        stay = _checked(prop, wish)
        nights = nights_taken(prop.settings, stay)
        _date_lines(booking, nights)
    _occupy(prop, booking, nights, wish.rooms, held, by=by)
    if not reprice and changes.moves_people:
        _refuse_crowd(prop, booking, wish)
    state = booking.state
    journal.save(
        booking,
        arrival=stay.arrival,
        departs_on=stay.departure,
        departure=nights.end,
        adults=wish.adults,
        children=len(wish.child_ages),
        request={**wish.as_json(), "guest": booking.request.get("guest")},
        total=booking.total,
        deposit_required=booking.deposit_required,
        coupon_id=booking.coupon_id,
        state=_state(booking),
    )
    journal.log(booking, state, by=by, reason=f"Changed: was {before}.")
    journal.tell(EventKind.BOOKING_MODIFIED, booking, by=by)
    return booking


@transaction.atomic
def booking_room_move(
    *, booking_id: int, property_id: int, from_room_id: int, to_room_id: int, by: Actor
) -> Booking:
    """Give a booking another room for all of its nights, at the same price.

    The new room is pinned: nothing moves it again. Raises DomainError `booking_not_found`,
    `booking_state`, `room_not_found` when the booking does not have the first room, `room_taken`.
    """
    prop, booking = journal.lock(booking_id, property_id)
    if booking.state not in CHANGEABLE:
        raise DomainError("booking_state", f"A booking that is {booking.state} stays as it is.")
    expired_holds_drop(property_id=prop.pk)
    held = (
        Occupancy.objects.filter(booking=booking, room=from_room_id).select_related("room").first()
    )
    if held is None:
        raise DomainError("room_not_found", f"The booking does not have room {from_room_id}.")
    nights, kind, expires_at = held.nights, held.kind, held.expires_at
    held.delete()
    occupy(
        property_id=prop.pk,
        room_ids=[to_room_id],
        nights=OccupiedNights.stored(nights.lower, nights.upper),
        kind=OccupancyKind(kind),
        booking_id=booking.pk,
        pinned=True,
        expires_at=expires_at,
    )
    journal.save(booking, request=_moved(booking, held, Room.objects.get(pk=to_room_id)))
    journal.log(
        booking, booking.state, by=by, reason=f"Room {to_room_id} instead of {from_room_id}."
    )
    journal.tell(
        EventKind.BOOKING_MODIFIED, booking, by=by, room_from=from_room_id, room_to=to_room_id
    )
    return booking


def _moved(booking: Booking, held: Occupancy, to: Room) -> dict[str, Any]:
    """The request, with another room for the one that was held: the next change starts from it."""
    request: dict[str, Any] = booking.request
    if not request:
        return request
    wish = StayWish.from_json(request)
    rooms = list(wish.rooms)
    places = [place for place, room in enumerate(rooms) if _suits(held, room)]
    if places:
        place = min(places, key=lambda one: rooms[one].room_id is None)
        is_like = to.room_type_id == held.room.room_type_id
        rooms[place] = replace(
            rooms[place],
            room_type_id=to.room_type_id,
            room_id=to.pk,
            tariff_type_id=rooms[place].tariff_type_id if is_like else None,
        )
    return {**request, **wish.changed(rooms=tuple(rooms)).as_json()}


def _held(booking: Booking) -> list[Occupancy]:
    """The rooms that a booking has; those of an enquiry whose time is over are not its own."""
    found = Occupancy.objects.filter(booking=booking).select_related("room").order_by("room")
    now = timezone.now()
    return [one for one in found if one.expires_at is None or one.expires_at > now]


def _refuse_crowd(prop: Property, booking: Booking, wish: StayWish) -> None:
    """Refuse people who do not fit the rooms that the booking has now.

    An enquiry may have none. At a price that is kept a party may have rooms to spare.
    """
    if wish.child_ages and not prop.settings.allow_children:
        raise DomainError("children_not_allowed", fields={"child_ages": ["Adults only."]})
    rooms = list(Room.objects.filter(occupancies__booking=booking))
    refusals = capacity_refusals(
        rooms,
        adults=wish.adults,
        children=len(wish.child_ages),
        children_count=prop.settings.children_count_for_capacity,
        item_hire=prop.property_type.flag == BookingModel.ITEM_HIRE,
    )
    for refusal in refusals:
        if rooms and refusal.key != "too_many_rooms":
            raise DomainError(refusal.key, refusal.sentence)


def _wish(booking: Booking, held: Sequence[Occupancy], changes: Changes) -> StayWish:
    if booking.request:
        stay = booking.stay()  # guests may have left earlier than they wished
        wish = StayWish.from_json(booking.request).changed(departure=stay.departure)
    else:
        rooms = tuple(
            RoomWish(room_type_id=one.room_type_id, room_id=one.room_id if one.pinned else None)
            for one in held
        )
        wish = StayWish(booking.arrival, booking.departs_on, rooms, adults=booking.adults)
    given = changes.given()
    if changes.moves_people and changes.rooms is None:
        # Another number of people is spread over the rooms anew.
        given["rooms"] = tuple(
            replace(room, adults=room.adults if changes.adults is None else None, children=0)
            for room in wish.rooms
        )
    if changes.rooms is not None and changes.adults is None:
        split = sum(room.adults or 0 for room in changes.rooms)
        given["adults"] = split or wish.adults
    return wish.changed(**given)


def _booker(booking: Booking) -> Booker:
    """Staff change bookings; the guest's own discount goes on where the booking had it."""
    return Booker(is_staff=True, guest_id=booking.request.get("guest"))


def _refuse_other_currency(prop: Property, booking: Booking) -> None:
    """Refuse to put prices of another currency into the account of a booking."""
    if prop.settings.currency != booking.currency:
        problem = (
            f"The booking is in {booking.currency}, and the property sells in "
            f"{prop.settings.currency} now: keep the price."
        )
        raise DomainError("validation_failed", problem, fields={"reprice": [problem]})


def _price(booking: Booking, quote: Quote) -> None:
    booking.total = lines_replace(booking, quote.breakdown)
    booking.deposit_required = min(quote.deposit, booking.total)
    booking.coupon_id = quote.coupon_id


def _checked(prop: Property, wish: StayWish) -> Stay:
    """The stay of a wish at the old price, by the rules that hold for changes."""
    if wish.departure is None or wish.departure <= wish.arrival:
        problem = "At least one night: the departure is after the arrival."
        raise DomainError("validation_failed", problem, fields={"departure": [problem]})
    stay = Stay(wish.arrival, wish.departure)
    stay_check(prop.settings, stay, today=prop.settings.today(), by_staff=True, amending=True)
    return stay


def _date_lines(booking: Booking, nights: OccupiedNights) -> None:
    """The price stays, for the new nights."""
    BookingLine.objects.filter(
        booking=booking, kind=LineKind.ACCOMMODATION, billed=False, reverses=None
    ).update(first_night=nights.first, last_night=nights.last)


def _occupy(
    prop: Property,
    booking: Booking,
    nights: OccupiedNights,
    rooms: Sequence[RoomWish],
    held: Sequence[Occupancy],
    *,
    by: Actor,
) -> None:
    """Take the rooms for the changed nights: those it has where they do, else others."""
    if booking.state == BookingState.ENQUIRY and not held:
        return  # it holds nothing, and goes on so
    free = {room.room_id for room in free_rooms(property_id=prop.pk, nights=nights)}
    keeps = _keeps(rooms, held, free)
    kind = OccupancyKind(held[0].kind) if held else OccupancyKind.BOOKING
    expires_at = held[0].expires_at if held else None
    if keeps is None:
        rooms_take(
            property_id=prop.pk,
            nights=nights,
            rooms=rooms,
            holder=Holder(kind, booking_id=booking.pk, expires_at=expires_at),
            by=by,
        )
        return
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
    rooms: Sequence[RoomWish], held: Sequence[Occupancy], free: set[int]
) -> list[Occupancy] | None:
    """The occupancies whose rooms suit every wish, one each; None when some wish has none."""
    left = [one for one in held if one.room_id in free]
    found = []
    for wanted in rooms:
        fitting = next((one for one in left if _suits(one, wanted)), None)
        if fitting is None:
            return None
        left.remove(fitting)
        found.append(fitting)
    return found


def _suits(one: Occupancy, wanted: RoomWish) -> bool:
    return (
        wanted.room_id in {None, one.room_id}
        and wanted.room_type_id in {None, one.room.room_type_id}
        and wanted.fits(one.room)
    )


def _state(booking: Booking) -> str:
    if booking.state in {BookingState.PROVISIONAL, BookingState.CONFIRMED}:
        return booking.settled_state()
    return booking.state
