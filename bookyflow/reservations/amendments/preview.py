"""What a booking would be with changes: the request, the stay, who books. Nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils import timezone

from bookyflow.availability.models import Occupancy
from bookyflow.availability.nights import OccupiedNights
from bookyflow.availability.stay_rules import stay_check
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import BookingModel, Property
from bookyflow.reservations.amendments.changes import Changes
from bookyflow.reservations.models import Booking, BookingState
from bookyflow.reservations.price_inputs import children_check
from bookyflow.reservations.quotes.codec import request_of
from bookyflow.reservations.quotes.eligibility import adults_check
from bookyflow.reservations.stay_request import Booker, RoomRequest, StayRequest
from bookyflow.rooms.capacity import capacity_refusals
from bookyflow.rooms.models import Room
from bookyflow.tariffs.overrides import NONE, Overrides
from bookyflow.tariffs.selectors import closed_nights

MOST_TOLD = 10  # nights in one sentence
CHANGEABLE = (
    BookingState.ENQUIRY,
    BookingState.PROVISIONAL,
    BookingState.CONFIRMED,
    BookingState.CHECKED_IN,
)


def changeable_check(booking: Booking) -> None:
    """Raise DomainError `booking_state` for a booking that has ended or whose guest has left."""
    if booking.state not in CHANGEABLE:
        raise DomainError("booking_state", f"A booking that is {booking.state} cannot be changed.")


def rooms_held(booking: Booking) -> list[Occupancy]:
    """The rooms that a booking has; those of an enquiry whose time is over are not its own."""
    found = Occupancy.objects.filter(booking=booking).select_related("room").order_by("room")
    now = timezone.now()
    return [one for one in found if one.expires_at is None or one.expires_at > now]


def wish_changed(booking: Booking, held: Sequence[Occupancy], changes: Changes) -> StayRequest:
    """What the booking asks for with the changes; `held` are the rooms that it has."""
    request = request_of(booking.request)
    if request:  # guests may have left earlier than they wished
        stay_request = request.stay_request.changed(departure=booking.departs_on)
    else:
        rooms = tuple(
            RoomRequest(room_type_id=one.room_type_id, room_id=one.room_id if one.pinned else None)
            for one in held
        )
        stay_request = StayRequest(
            booking.arrival, booking.departs_on, rooms, adults=booking.adults
        )
    given = changes.given()
    if changes.moves_people and changes.rooms is None:
        # Another number of people is spread over the rooms anew.
        given["rooms"] = tuple(
            replace(room, adults=room.adults if changes.adults is None else None, children=0)
            for room in stay_request.rooms
        )
    if changes.rooms is not None and changes.adults is None:
        split = sum(room.adults or 0 for room in changes.rooms)
        given["adults"] = split or stay_request.adults
    return stay_request.changed(**given)


def booker_of(booking: Booking, override: Overrides = NONE) -> Booker:
    """Staff change bookings; the guest's own discount goes on where the booking had it."""
    request = request_of(booking.request)
    guest_id = request.guest_id if request else None
    return Booker(is_staff=True, guest_id=guest_id, override=override)


def currency_check(prop: Property, booking: Booking) -> None:
    """Refuse to put prices of another currency into the account of a booking.

    Raises DomainError `validation_failed`.
    """
    if prop.settings.currency != booking.currency:
        problem = (
            f"The booking is in {booking.currency}, and the property sells in "
            f"{prop.settings.currency} now: keep the price."
        )
        raise DomainError("validation_failed", problem, fields={"price": [problem]})


def stay_checked(
    prop: Property, stay_request: StayRequest, *, amends: Stay, override: Overrides = NONE
) -> Stay:
    """The stay of a request at the old price, by the rules that hold for changes.

    Raises DomainError `validation_failed`, and as `stay_check`.
    """
    if stay_request.departure is None or stay_request.departure <= stay_request.arrival:
        problem = "The departure must be after the arrival."
        raise DomainError("validation_failed", problem, fields={"departure": [problem]})
    stay = Stay(stay_request.arrival, stay_request.departure)
    today = prop.settings.today()
    stay_check(prop.settings, stay, today=today, by_staff=True, amends=amends, override=override)
    return stay


def open_check(
    prop: Property,
    held: Sequence[Occupancy],
    rooms: Sequence[RoomRequest],
    added: Sequence[OccupiedNights],
) -> None:
    """Refuse nights that are added at a kept price, which asks no tariff, where all are closed.

    Raises DomainError `stop_sell`.
    """
    nights = [night for part in added for night in part.priced.nights]
    types = {one.room_type_id for one in rooms if one.room_type_id is not None}
    types |= {one.room.room_type_id for one in held}
    closed = closed_nights(property_id=prop.pk, room_type_ids=types, nights=nights)
    if closed:
        raise DomainError("stop_sell", f"Closed: {', '.join(map(str, closed[:MOST_TOLD]))}.")


def crowd_check(prop: Property, booking: Booking, stay_request: StayRequest) -> None:
    """Refuse people who do not fit the rooms that the booking has now.

    An enquiry may have none. At a price that is kept a party may have rooms to spare. Raises
    DomainError `children_not_allowed`, and as `capacity_refusals`.
    """
    children_check(prop.settings, stay_request.child_ages)
    is_hire = prop.property_type.flag == BookingModel.ITEM_HIRE
    rooms = list(Room.objects.filter(occupancies__booking=booking))
    refusals = capacity_refusals(
        rooms,
        adults=stay_request.adults,
        children=stay_request.children,
        children_count=prop.settings.children_count_for_capacity,
        item_hire=is_hire,
    )
    for refusal in refusals:
        if rooms and refusal.key != "too_many_rooms":
            raise DomainError(refusal.key, refusal.sentence)
    if rooms and not is_hire:
        adults_check(rooms, stay_request.adults)


def suits(one: Occupancy, wanted: RoomRequest) -> bool:
    """Whether a room that is held is one that was wished for."""
    return (
        wanted.room_id in {None, one.room_id}
        and wanted.room_type_id in {None, one.room.room_type_id}
        and wanted.fits(one.room)
    )
