"""Closing one room for many stays at once, as a calendar of another platform has them.

The caller has chosen nights that are free, and holds the property's lock. What is recorded is the
same as for single blocks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone

from bookyflow.availability.models import Occupancy
from bookyflow.availability.nights import OccupiedNights
from bookyflow.availability.services import occupy_each
from bookyflow.core.acting import Actor
from bookyflow.core.dates import Stay
from bookyflow.core.ids import booking_number
from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft, record_many
from bookyflow.properties.models import Property
from bookyflow.reservations.creation import next_serials
from bookyflow.reservations.models import Booking, BookingHistory, BookingKind, BookingState


@dataclass(frozen=True)
class RoomBlock:
    """A stay that closes a room on some of its nights; `reason` is what staff read.

    `pieces` are those nights, at least one.
    """

    stay: Stay
    pieces: Sequence[OccupiedNights]
    reason: str


def blocks_add(
    *, prop: Property, room_id: int, wanted: Sequence[RoomBlock], by: Actor
) -> list[int]:
    """Close a room for many stays; the ids of the blocks, in order. Five statements.

    Raises DomainError `room_taken` where a night is not free, and then closes none.
    """
    if not wanted:
        return []
    serials = next_serials(len(wanted))
    Booking.objects.bulk_create(
        _block(prop, serial, one) for serial, one in zip(serials, wanted, strict=True)
    )
    pieces = [
        (serial, nights)
        for serial, one in zip(serials, wanted, strict=True)
        for nights in one.pieces
    ]
    occupy_each(property_id=prop.pk, room_id=room_id, pieces=pieces)
    _write_down(serials, "", BookingState.CONFIRMED, by=by)
    _tell(prop, EventKind.BLACKBOOKING_ADDED, serials, by=by)
    return serials


def blocks_replace(
    *, prop: Property, room_id: int, wanted: Mapping[int, RoomBlock], by: Actor
) -> None:
    """Give blocks, by id, other nights of the room. To others it is opened and blocked anew.

    Raises as `blocks_add`.
    """
    if not wanted:
        return
    Occupancy.objects.filter(booking__in=wanted).delete()
    now = timezone.now()
    for pk, one in wanted.items():
        Booking.objects.filter(pk=pk).update(
            arrival=one.stay.arrival,
            departs_on=one.stay.departure,
            departure=max(one.stay.departure, one.pieces[-1].end),
            version=F("version") + 1,
            changed_at=now,
        )
    pieces = [(pk, nights) for pk, one in wanted.items() for nights in one.pieces]
    occupy_each(property_id=prop.pk, room_id=room_id, pieces=pieces)
    _write_down(wanted, BookingState.CONFIRMED, BookingState.CONFIRMED, by=by)
    _tell(prop, EventKind.BLACKBOOKING_DELETED, wanted, by=by)
    _tell(prop, EventKind.BLACKBOOKING_ADDED, wanted, by=by)


def blocks_drop(*, prop: Property, block_ids: Iterable[int], by: Actor) -> None:
    """Open the rooms of blocks again; those that are removed already stay so. Five statements."""
    found = Booking.objects.filter(
        pk__in=list(block_ids), property=prop, kind=BookingKind.BLOCK, state=BookingState.CONFIRMED
    )
    ids = sorted(found.values_list("pk", flat=True))
    if not ids:
        return
    Occupancy.objects.filter(booking__in=ids).delete()
    now = timezone.now()
    Booking.objects.filter(pk__in=ids).update(
        state=BookingState.CANCELLED, ended_at=now, changed_at=now, version=F("version") + 1
    )
    _write_down(ids, BookingState.CONFIRMED, BookingState.CANCELLED, by=by)
    _tell(prop, EventKind.BLACKBOOKING_DELETED, ids, by=by)


def _block(prop: Property, serial: int, one: RoomBlock) -> Booking:
    block = Booking(
        pk=serial,
        number=booking_number(serial),
        property=prop,
        arrival=one.stay.arrival,
        departs_on=one.stay.departure,
        departure=max(one.stay.departure, one.pieces[-1].end),
        kind=BookingKind.BLOCK,
        state=BookingState.CONFIRMED,
        currency=prop.settings.currency,
    )
    block.remarks = one.reason
    return block


def _write_down(block_ids: Collection[int], before: str, after: str, *, by: Actor) -> None:
    BookingHistory.objects.bulk_create(
        BookingHistory(
            booking_id=pk,
            from_state=before,
            to_state=after,
            actor_kind=by.kind,
            user_id=by.user_id,
            key_id=by.key_id,
            channel_id=by.channel_id,
        )
        for pk in block_ids
    )


def _tell(prop: Property, kind: EventKind, block_ids: Collection[int], *, by: Actor) -> None:
    record_many(
        [EventDraft(kind, prop.pk, ("booking", pk), {"contract_uid": pk}) for pk in block_ids],
        by=by,
    )
