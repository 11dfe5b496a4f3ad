"""Reservations made on a channel: brought in, changed and cancelled once, however often sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.utils import timezone

from bookyflow.availability.nights import nights_taken
from bookyflow.availability.selectors import FreeRoom, free_rooms_wanted
from bookyflow.billing.ledger import payment_note
from bookyflow.billing.models import PaymentMethod
from bookyflow.channels import sql
from bookyflow.channels.booking_links import links_cancel
from bookyflow.channels.locking import properties_locked
from bookyflow.channels.models import BookingLink, ChannelReservation, ChannelStay
from bookyflow.channels.remote import (
    InvalidReservation,
    Outcome,
    Outcomes,
    RemoteReservation,
    RemoteStay,
)
from bookyflow.channels.stays import current_stays, stays_end, stays_noted, stays_write
from bookyflow.core.acting import Actor
from bookyflow.core.database import Each, each_in_turn
from bookyflow.core.errors import DomainError
from bookyflow.core.json_text import json_text
from bookyflow.core.money import amounts_check
from bookyflow.core.prepared import all_rows, instance
from bookyflow.core.together import of_json
from bookyflow.pricing.engine import price_given
from bookyflow.properties.models import Property
from bookyflow.properties.selectors import Reach
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.models import ENDED, Booking
from bookyflow.reservations.price_inputs import rules_of
from bookyflow.reservations.services import RoomsWanted, Terms, booking_add_priced
from bookyflow.rooms.models import RoomType

ZERO = Decimal(0)
ENDED_HERE = "The property has ended all bookings of this reservation."
MOST_HEADS = 32_767  # what the column of a booking takes


@dataclass(frozen=True)
class Cancellation:
    """A reservation to cancel, by the channel's own id: stays by their names, or all of it."""

    remote_id: str
    stay_ids: Sequence[str] = ()


@dataclass(frozen=True)
class Known:
    """A reservation of a channel that is locked, its stays of now, and the locked properties."""

    reservation: ChannelReservation
    stays: list[ChannelStay]
    properties: dict[int, Property]


def reservations_add(
    *,
    reservations: Sequence[RemoteReservation | InvalidReservation],
    channel_id: int,
    reach: Reach,
    by: Actor,
    each: Each = each_in_turn,
) -> Outcomes:
    """Book reservations of a channel, each with all of its stays or not at all.

    Each is done by way of `each`, so that properties can be locked for one reservation at a time. A
    reservation known with the same content gives the bookings it has, in the order in which its
    stays are sent now; with other content it is `reservation_differs`. One that the channel has
    cancelled is booked anew; one that only the property has ended is `reservation_cancelled`. One
    that cannot be read is refused with its error. Outcomes are in the order of the list.
    """
    return each_tried(reservations, each, lambda one: _book(one, channel_id, reach, by))


def each_tried(
    reservations: Sequence[RemoteReservation | InvalidReservation],
    each: Each,
    work: Callable[[RemoteReservation], list[Booking]],
) -> Outcomes:
    """Do the work on each reservation by way of `each`; what becomes of them, in their order."""
    return Outcomes(
        Outcome(one.remote_id, error=one.error_at(place))
        if isinstance(one, InvalidReservation)
        else _tried(each, one.remote_id, partial(work, one))
        for place, one in enumerate(reservations)
    )


def reservations_cancel(
    *,
    cancellations: Sequence[Cancellation],
    channel_id: int,
    reach: Reach,
    by: Actor,
    each: Each = each_in_turn,
) -> Outcomes:
    """Cancel the bookings of reservations, or of some of their stays; ids are compared as text.

    Each is done by way of `each`, as in `reservations_add`. What was cancelled before counts as
    done; a reservation of which no stay is left is cancelled. Outcomes are in the order of the
    list, with `booking_not_found`, also for a stay that it does not have, or `booking_state` where
    nothing could be done.
    """
    return Outcomes(
        _tried(each, one.remote_id, partial(_cancel, one, channel_id, reach, by))
        for one in cancellations
    )


def _tried(each: Each, remote_id: str, work: Callable[[], list[Booking]]) -> Outcome:
    try:
        return Outcome(remote_id, tuple(each(work)))
    except DomainError as error:
        return Outcome(remote_id, error=error)


def reservation_locked(
    *, remote_id: str, channel_id: int, reach: Reach, also: Iterable[int] = ()
) -> Known:
    """Lock a reservation of a channel, with the properties of its stays and others, `also`.

    Raises DomainError `property_not_found`, `booking_not_found` for one that is not known or whose
    properties the channel does not reach any more, `busy` where it has just been moved to another.
    """
    which = {"channel": channel_id, "remote_id": remote_id}
    ours = {"channel_stay__reservation__channel": channel_id}
    found = Booking.objects.filter(
        **ours,
        channel_stay__reservation__remote_id=remote_id,
        channel_stay__number__lt=ChannelStay.FORMER,
    )
    touched = set(found.values_list("property", flat=True))
    if not touched and not ChannelReservation.objects.filter(**which).exists():
        raise DomainError("booking_not_found")
    wanted = {*also}
    properties = properties_locked(reach=reach, channel_id=channel_id, wanted=touched | wanted)
    if wanted - properties.keys():
        raise DomainError("property_not_found")
    if touched - properties.keys():
        raise DomainError("booking_not_found")
    reservation = ChannelReservation.objects.select_for_update().get(**which)
    stays = current_stays(reservation.pk)
    if {stay.booking.property_id for stay in stays} - properties.keys():
        raise DomainError("busy")
    return Known(reservation, stays, properties)


def _book(one: RemoteReservation, channel_id: int, reach: Reach, by: Actor) -> list[Booking]:
    wanted = {stay.property_id for stay in one.stays}
    properties = properties_locked(reach=reach, channel_id=channel_id, wanted=wanted)
    if properties.keys() != wanted:
        raise DomainError("property_not_found")
    stays, free = _claim(one, channel_id, properties)
    if not stays:
        return _book_again(one, channel_id, properties, by)
    check_amounts(one, properties)
    bookings: list[Booking] = []
    for noted, stay in zip(stays, one.stays, strict=True):
        noted.booking = book_stay(
            one,
            stay,
            properties[stay.property_id],
            by,
            serial=noted.booking_id,
            free=None if bookings or stay.room_type_name else free,
        )
        bookings.append(noted.booking)
    return bookings


def _book_again(
    one: RemoteReservation, channel_id: int, properties: Mapping[int, Property], by: Actor
) -> list[Booking]:
    """The bookings of a reservation that is known, or new ones where the channel cancelled it."""
    found = ChannelReservation.objects.select_for_update()
    known = found.get(channel=channel_id, remote_id=one.remote_id)
    before = current_stays(known.pk)
    if known.cancelled_at is None:
        return _known(one, known, before)
    content_write(known.pk, one)
    check_amounts(one, properties)
    bookings = [book_stay(one, stay, properties[stay.property_id], by) for stay in one.stays]
    stays_write(known.pk, one, bookings, before=before)
    return bookings


def content_write(reservation_id: int, one: RemoteReservation) -> None:
    """Keep what is said of a locked reservation now, which is not cancelled."""
    ChannelReservation.objects.filter(pk=reservation_id).update(
        content=one.content, about=one.about, cancelled_at=None
    )


def _claim(
    one: RemoteReservation, channel_id: int, properties: Mapping[int, Property]
) -> tuple[list[ChannelStay], list[FreeRoom]]:
    """The stays of a new reservation in the order as they are sent, none when it is known.

    Two calls at once meet here: the second waits until the first has ended. Each stay has the id
    that its booking is to have; expired holds of the properties are removed. With the rooms that
    are free for the first stay, of the type that it has the id of, or of any.
    """
    noted, first = stays_noted(one), one.stays[0]
    settings = properties[first.property_id].settings
    rows = all_rows(
        sql.CLAIM_RESERVATION,
        {
            "property_ids": list(properties),
            "channel_id": channel_id,
            "remote_id": one.remote_id,
            "content": one.content,
            "about": one.about,
            "stays": json_text(noted),
        }
        | free_rooms_wanted(
            property_id=first.property_id,
            nights=nights_taken(settings, first.stay),
            today=settings.today(),
            room_type_id=first.room_type_id,
            guests=first.guests,
            wanted=first.rooms,
        ),
    )
    if any(is_linked for is_linked, *_ in rows):
        raise DomainError("reservation_differs", "A booking is linked to this id.")
    stays = [instance(ChannelStay, stay) for _, _, *stay in rows]
    by_number = {stay.number: stay for stay in stays}
    free = next((found for _, found, *_ in rows if found is not None), None)
    ordered = [by_number[stay["number"]] for stay in noted] if stays else []
    return ordered, [FreeRoom(*room) for room in of_json(free)]


def check_amounts(one: RemoteReservation, properties: Mapping[int, Property]) -> None:
    """Refuse amounts that the currency of their property cannot express, as `amounts_check`."""
    for number, stay in enumerate(one.stays):
        place = f"stays[{number}]"
        amounts_check(
            {f"{place}.price": stay.price, f"{place}.already_paid": stay.already_paid or ZERO},
            properties[stay.property_id].settings.currency,
        )


def _known(
    one: RemoteReservation, known: ChannelReservation, stays: Sequence[ChannelStay]
) -> list[Booking]:
    if all(stay.booking.state in ENDED for stay in stays):
        raise DomainError("reservation_cancelled", ENDED_HERE)
    if known.content != one.content:
        raise DomainError("reservation_differs")
    return bookings_as_sent(one, stays)


def bookings_as_sent(one: RemoteReservation, stays: Sequence[ChannelStay]) -> list[Booking]:
    """The bookings of the stays of a reservation of this content, in the order as it is sent."""
    by_place = dict(zip(one.order, (stay.booking for stay in stays), strict=True))
    return [by_place[place] for place in range(len(stays))]


def book_stay(
    one: RemoteReservation,
    stay: RemoteStay,
    prop: Property,
    by: Actor,
    *,
    serial: int | None = None,
    free: Sequence[FreeRoom] | None = None,
) -> Booking:
    """Book a stay of a reservation at a locked property; raises as `booking_add_priced`.

    `free` are the rooms that are known to be free for it.
    """
    check_heads(stay)
    nights = nights_taken(prop.settings, stay.stay)
    breakdown = price_given(
        rules_of(prop),
        gross=stay.price,
        first_night=nights.first,
        last_night=nights.last,
        rooms=stay.rooms,
    )
    total, paid = breakdown.total, stay.already_paid or ZERO
    booking = booking_add_priced(
        prop=prop,
        stay=stay.stay,
        rooms=RoomsWanted(stay.rooms, room_type_wanted(stay, prop), stay.guests, free),
        guest=one.guest,
        # No more than the price is due; what was paid beyond it is a negative balance.
        terms=Terms(breakdown, deposit_required=min(paid or total, total), deposit_paid=paid),
        adults=stay.heads,
        remarks=one.comments,
        referrer=one.referrer,
        serial=serial,
        by=by,
    )
    if paid:
        payment_note(
            booking, amount=paid, method=PaymentMethod.CHANNEL, reference=one.remote_id, by=by
        )
    return booking


def check_heads(stay: RemoteStay) -> None:
    """Refuse more people than a booking can keep. Raises DomainError `validation_failed`."""
    if stay.heads > MOST_HEADS:
        problem = f"At most {MOST_HEADS} guests in all rooms."
        raise DomainError("validation_failed", problem, fields={"guests": [problem]})


def room_type_wanted(stay: RemoteStay, prop: Property) -> int | None:
    """The id of the room type, also where it is named; None for any.

    Raises DomainError `no_room_available` for a name that no room of the property has.
    """
    if not stay.room_type_name:
        return stay.room_type_id
    named = RoomType.objects.filter(name=stay.room_type_name, rooms__property=prop)
    if stay.room_type_id is not None:
        named = named.filter(pk=stay.room_type_id)
    found = named.values_list("pk", flat=True).first()
    if found is None:
        raise DomainError("no_room_available", "No room of the requested room type.")
    return found


def _cancel(one: Cancellation, channel_id: int, reach: Reach, by: Actor) -> list[Booking]:
    which = {"channel": channel_id, "remote_id": one.remote_id}
    linked = BookingLink.objects.filter(**which) if not one.stay_ids else BookingLink.objects.none()
    links = list(linked.select_related("booking").order_by("booking"))
    touched = {link.property_id for link in links}
    if links and not ChannelReservation.objects.filter(**which).exists():
        locked = properties_locked(reach=reach, channel_id=channel_id, wanted=touched)
        if locked.keys() != touched:
            raise DomainError("booking_not_found")
        return links_cancel(links, by=by)
    known = reservation_locked(
        remote_id=one.remote_id, channel_id=channel_id, reach=reach, also=touched
    )
    wanted = _named(known, one.stay_ids) if one.stay_ids else known.stays
    stays = [stay for stay in wanted if stay in known.stays]
    for stay in stays:
        stay.booking = booking_cancel(
            booking_id=stay.booking_id, property_id=stay.booking.property_id, by=by
        )
    ours = ChannelReservation.objects.filter(pk=known.reservation.pk, cancelled_at=None)
    if len(stays) == len(known.stays):
        ours.update(cancelled_at=timezone.now())
    elif stays:
        stays_end(known.reservation.pk, stays)
        ours.update(content="")
    return [*(stay.booking for stay in wanted), *links_cancel(links, by=by)]


def _named(known: Known, names: Sequence[str]) -> list[ChannelStay]:
    """The stays of these names, of now or of before. Raises DomainError `booking_not_found`."""
    former = known.reservation.stays.filter(number__gte=ChannelStay.FORMER)
    before = former.select_related("booking").order_by("number")
    found = {stay.name: stay for stay in (*before, *known.stays)}
    missing = [name for name in names if name not in found]
    if missing:
        told = ", ".join(f"`{name}`" for name in missing)
        raise DomainError("booking_not_found", f"The reservation has no stay {told}.")
    return [found[name] for name in dict.fromkeys(names)]
