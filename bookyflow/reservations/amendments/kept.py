"""A price that is kept: the lines tell the nights, rooms and people of now; the total stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from bookyflow.availability.models import Occupancy
from bookyflow.availability.nights import OccupiedNights
from bookyflow.core.money import net_of
from bookyflow.pricing.engine import PriceBasis
from bookyflow.pricing.lines import Breakdown
from bookyflow.reservations.amendments.granted import Granted, basis_kept
from bookyflow.reservations.amendments.preview import suits
from bookyflow.reservations.folio import lines_redate, lines_replace, priced_total
from bookyflow.reservations.models import Booking
from bookyflow.reservations.quotes.basis_codec import basis_json, basis_of
from bookyflow.reservations.stay_request import RoomRequest, StayRequest
from bookyflow.rooms.models import RoomType


def price_keep(
    booking: Booking,
    granted: Granted | None,
    stay_request: StayRequest,
    nights: OccupiedNights,
) -> None:
    """Put a locked booking's price to other nights, rooms or people: the total stays, unsaved.

    The rooms have one agreed price then, and what is counted by nights and people is counted by
    those of now. Where it is not known what was `granted`, all else stays as it is.
    """
    if granted is None:
        lines_redate(booking, nights)
        return
    total = priced_total(booking)
    basis = basis_kept(booking, granted, stay_request, nights.priced)
    _write(booking, rooms_named(basis, stay_request.rooms), total)


def rooms_rename(booking: Booking, rooms: Sequence[RoomRequest]) -> None:
    """Have the lines of a locked booking name the types of its rooms, at their prices; unsaved.

    Nothing where it is not known what was granted: such a line names no rooms.
    """
    basis = basis_of(booking.granted)
    if basis is None:
        return
    renamed = rooms_named(basis, rooms)
    if renamed != basis:
        _write(booking, renamed, priced_total(booking))


def rooms_named(basis: PriceBasis, rooms: Sequence[RoomRequest]) -> PriceBasis:
    """The basis of rooms that are called what they are: by the type of each one asked for."""
    wanted = {room.room_type_id for room in rooms if room.room_type_id is not None}
    names = dict(RoomType.objects.filter(pk__in=wanted).values_list("pk", "name"))
    found = tuple(
        replace(had, description=names.get(room.room_type_id or 0, had.description))
        for had, room in zip(basis.rooms, rooms, strict=True)
    )
    return replace(basis, rooms=found)


def rooms_told(rooms: Sequence[RoomRequest], held: Sequence[Occupancy]) -> tuple[RoomRequest, ...]:
    """The rooms of a request, each with the type of the one that it has got."""
    left, found = list(held), []
    for wanted in rooms:
        fitting = next((one for one in left if suits(one, wanted)), None)
        if fitting is not None:
            left.remove(fitting)
        found.append(replace(wanted, room_type_id=fitting.room.room_type_id) if fitting else wanted)
    return tuple(found)


def _write(booking: Booking, basis: PriceBasis, total: Decimal) -> None:
    lines_replace(booking, _exact(basis.priced(), total))
    booking.granted = basis_json(basis)


def _exact(breakdown: Breakdown, total: Decimal) -> Breakdown:
    """The same lines, of which that of the rooms makes up for what rounding would change."""
    missing = total - breakdown.total
    if not missing:
        return breakdown
    rooms, *others = breakdown.lines
    gross = rooms.gross + missing
    net = net_of(gross, rooms.tax_percent, breakdown.currency)
    rooms = replace(rooms, net=net, tax=gross - net, gross=gross)
    return replace(breakdown, lines=(rooms, *others))
