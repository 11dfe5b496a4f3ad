"""A channel's own ids for bookings and blocks that it did not bring in as reservations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from bookyflow.availability.models import Occupancy
from bookyflow.channels.models import BookingLink, ChannelStay
from bookyflow.core.acting import Actor
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.reservations.blocks import block_create, block_remove
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.models import ENDED, Booking, BookingKind, BookingState
from bookyflow.rooms.models import Room


@transaction.atomic
def booking_link(
    *, channel_id: int, property_id: int, booking_id: int, remote_id: str, by: Actor
) -> Booking:
    """Give a booking or block an id of the channel's own, in the place of the one it had.

    Linking it again in the same way changes nothing. Raises DomainError `booking_not_found`,
    `booking_state` for one that has ended, `booking_linked` for one that came as a reservation of
    this channel under another id.
    """
    property_lock(property_id)
    booking = Booking.objects.filter(pk=booking_id, property=property_id).first()
    if booking is None:
        raise DomainError("booking_not_found")
    came_as = ChannelStay.objects.filter(booking=booking_id, reservation__channel=channel_id)
    known = came_as.values_list("reservation__remote_id", flat=True).first()
    if known == remote_id:
        return booking
    if known is not None:
        raise DomainError("booking_linked", f"It came as reservation `{known}`.")
    link = BookingLink.objects.filter(channel=channel_id, booking=booking_id).first()
    if link is not None and link.remote_id == remote_id:
        return booking
    if booking.state in ENDED:
        raise DomainError("booking_state", f"A booking that is {booking.state} cannot be linked.")
    BookingLink.objects.update_or_create(
        channel_id=channel_id,
        booking=booking,
        defaults={"remote_id": remote_id, "property_id": property_id, "is_made_so": False},
    )
    record(
        EventKind.BOOKING_MODIFIED,
        by=by,
        property_id=property_id,
        subject=("booking", booking_id),
        contract_uid=booking_id,
        fields=["remote_id"],
    )
    return booking


def bookings_linked(*, channel_id: int, property_id: int, remote_id: str) -> Sequence[int]:
    """The ids of the bookings of a property that a channel knows under an id; one query.

    Those of its reservation of this id, as it is now, and those linked to it.
    """
    of_reservation = Q(
        channel_stay__reservation__channel=channel_id,
        channel_stay__reservation__remote_id=remote_id,
        channel_stay__number__lt=ChannelStay.FORMER,
    )
    linked = BookingLink.objects.filter(channel=channel_id, remote_id=remote_id)
    found = Booking.objects.filter(of_reservation | Q(pk__in=linked.values("booking")))
    return list(found.filter(property=property_id).order_by("pk").values_list("pk", flat=True))


def links_cancel(links: Sequence[BookingLink], *, by: Actor) -> list[Booking]:
    """Cancel what is linked, bookings and blocks, whose properties are locked.

    Raises DomainError `booking_state` once a guest has arrived.
    """
    found = []
    for link in links:
        pk, place = link.booking_id, link.property_id
        if link.booking.kind == BookingKind.BLOCK:
            found.append(block_remove(block_id=pk, property_id=place, by=by))
        else:
            found.append(booking_cancel(booking_id=pk, property_id=place, by=by))
    return found


@transaction.atomic
def channel_block_create(
    *,
    channel_id: int,
    property_id: int,
    stay: Stay,
    room_ids: Sequence[int] = (),
    reason: str = "",
    remote_id: str = "",
    by: Actor,
) -> Booking:
    """Close rooms for some nights, as `block_create`, under an id of the channel's own or none.

    Under the id of a block of the same nights and rooms, which has not been removed, it is that
    one: a repeated call blocks nothing more. Raises DomainError `block_differs` for other nights
    or rooms, and as `block_create`.
    """
    locked = property_lock(property_id)
    links = BookingLink.objects.filter(
        channel=channel_id, property=property_id, remote_id=remote_id, is_made_so=True
    )
    link = links.select_related("booking").first() if remote_id else None
    if link is not None and link.booking.state != BookingState.CANCELLED:
        if link.booking.stay() != stay or _rooms(link.booking) != _wanted(locked, room_ids):
            raise DomainError("block_differs")
        return link.booking
    block = block_create(
        property_id=property_id, stay=stay, room_ids=room_ids, reason=reason, by=by
    )
    if remote_id:
        links.update(is_made_so=False)
        BookingLink.objects.create(
            channel_id=channel_id,
            property=locked,
            booking=block,
            remote_id=remote_id,
            is_made_so=True,
        )
    return block


def _rooms(block: Booking) -> set[int]:
    return set(Occupancy.objects.filter(booking=block).values_list("room", flat=True))


def _wanted(prop: Property, room_ids: Sequence[int]) -> set[int]:
    return set(room_ids) or set(Room.objects.filter(property=prop).values_list("pk", flat=True))


@dataclass(frozen=True)
class NamedBlock:
    """A block, and the id that a channel has for it, "" for none."""

    block: Booking
    remote_id: str


def blocks_named(*, channel_id: int, blocks: Sequence[Booking]) -> dict[int, NamedBlock]:
    """Blocks by their ids, in their order, with the channel's own ids; one query."""
    found = BookingLink.objects.filter(channel=channel_id, booking__in=blocks)
    names = dict(found.values_list("booking", "remote_id"))
    return {block.pk: NamedBlock(block, names.get(block.pk, "")) for block in blocks}
