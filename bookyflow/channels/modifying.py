"""Changes of reservations that were made on a channel: each is sent as a whole, as it is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db.models import Sum

from bookyflow.billing.models import Payment, PaymentMethod
from bookyflow.billing.payments import payment_record, payment_refund
from bookyflow.channels.models import ChannelStay
from bookyflow.channels.remote import InvalidReservation, Outcomes, RemoteReservation, RemoteStay
from bookyflow.channels.reservations import (
    ENDED_HERE,
    ZERO,
    Known,
    book_stay,
    bookings_as_sent,
    check_amounts,
    check_heads,
    content_write,
    each_tried,
    reservation_locked,
    room_type_wanted,
)
from bookyflow.channels.stays import stays_matched, stays_write
from bookyflow.core.acting import Actor
from bookyflow.core.database import Each, each_in_turn
from bookyflow.core.errors import DomainError
from bookyflow.properties.selectors import Reach
from bookyflow.reservations.amendments.priced import (
    PricedChange,
    PricedStay,
    Told,
    bookings_amend_priced,
)
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.models import ENDED, Booking
from bookyflow.reservations.services import RoomsWanted


def reservations_modify(
    *,
    reservations: Sequence[RemoteReservation | InvalidReservation],
    channel_id: int,
    reach: Reach,
    by: Actor,
    each: Each = each_in_turn,
) -> Outcomes:
    """Make reservations what the channel says that they are now, each whole or not at all.

    Each is done by way of `each`, as in `reservations_add`; one of the content that it has changes
    nothing. Stays that go on keep their bookings, those that are left out are cancelled, new ones
    are booked: see `stays_matched`. What is said of a stay as before leaves its booking as the
    property has it by now. Outcomes are in the order of the list, with `booking_not_found`,
    `reservation_cancelled`, or what `bookings_amend_priced`, `booking_add_priced` and
    `payment_refund` raise.
    """
    return each_tried(reservations, each, lambda one: _modify(one, channel_id, reach, by))


def _modify(one: RemoteReservation, channel_id: int, reach: Reach, by: Actor) -> list[Booking]:
    known = reservation_locked(
        remote_id=one.remote_id,
        channel_id=channel_id,
        reach=reach,
        also=[stay.property_id for stay in one.stays],
    )
    is_over = all(stay.booking.state in ENDED for stay in known.stays)
    if known.reservation.cancelled_at is not None:
        raise DomainError("reservation_cancelled", "The channel has cancelled this reservation.")
    if is_over:
        raise DomainError("reservation_cancelled", ENDED_HERE)
    if known.reservation.content == one.content:
        return bookings_as_sent(one, known.stays)
    check_amounts(one, known.properties)
    matched = stays_matched(known.stays, one)
    _left_out_cancel(known, matched, by)
    bookings = _changed(one, known, matched, by)
    for place, stay in enumerate(one.stays):
        if place not in matched:
            bookings[place] = book_stay(one, stay, known.properties[stay.property_id], by)
    found = [bookings[place] for place in range(len(one.stays))]
    stays_write(known.reservation.pk, one, found, before=known.stays)
    content_write(known.reservation.pk, one)
    return found


def _left_out_cancel(known: Known, matched: Mapping[int, ChannelStay], by: Actor) -> None:
    going_on = {stay.pk for stay in matched.values()}
    for stay in known.stays:
        if stay.pk not in going_on and stay.booking.state not in ENDED:
            booking_cancel(booking_id=stay.booking_id, property_id=stay.booking.property_id, by=by)


def _changed(
    one: RemoteReservation, known: Known, matched: Mapping[int, ChannelStay], by: Actor
) -> dict[int, Booking]:
    """The bookings that go on, by place, as they are by now."""
    is_told = known.reservation.about != one.about
    told = Told(one.guest, one.comments, one.referrer) if is_told else None
    restayed = {
        place: _priced(one.stays[place], stay.booking, known)
        for place, stay in matched.items()
        if stay.content != one.stays[place].content
    }
    changes = {
        stay.booking_id: PricedChange(restayed.get(place), told)
        for place, stay in matched.items()
        if told or place in restayed
    }
    amended = bookings_amend_priced(properties=known.properties, changes=changes, by=by)
    by_id = {booking.pk: booking for booking in amended}
    found = {}
    for place, stay in matched.items():
        found[place] = by_id.get(stay.booking_id, stay.booking)
        if place in restayed:
            _paid(one, one.stays[place], found[place], by)
    return found


def _priced(stay: RemoteStay, booking: Booking, known: Known) -> PricedStay:
    check_heads(stay)
    prop = known.properties[stay.property_id]
    paid = _paid_there(booking) if stay.already_paid is None else stay.already_paid
    return PricedStay(
        stay=stay.stay,
        rooms=RoomsWanted(stay.rooms, room_type_wanted(stay, prop), stay.guests),
        people=stay.heads,
        price=stay.price,
        deposit=paid or stay.price,
    )


def _paid_there(booking: Booking) -> Decimal:
    """What has been paid through the channel, less what it has given back."""
    entered = Payment.objects.filter(booking=booking, method=PaymentMethod.CHANNEL)
    return entered.aggregate(total=Sum("amount"))["total"] or ZERO


def _paid(one: RemoteReservation, stay: RemoteStay, booking: Booking, by: Actor) -> None:
    """Enter what the channel has taken since, or has given back."""
    if stay.already_paid is None:
        return
    more = stay.already_paid - _paid_there(booking)
    enter = payment_record if more > 0 else payment_refund
    if more:
        enter(
            property_id=booking.property_id,
            booking_id=booking.pk,
            amount=abs(more),
            method=PaymentMethod.CHANNEL,
            reference=one.remote_id,
            by=by,
        )
        booking.refresh_from_db(fields=["paid", "state", "version", "changed_at"])
