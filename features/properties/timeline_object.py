"""Bookings as bars of a timeline, without personal data."""

from __future__ import annotations

from typing import Any

from bookyflow.availability.models import Occupancy


def timeline_event(occupancy: Occupancy) -> dict[str, Any]:
    """One room of a booking or block, in the shape of TimelineEventOut."""
    booking: Any = occupancy.booking
    return {
        "id": f"{booking.pk}_{occupancy.room_id}",
        "resourceId": occupancy.room_id,
        "room_uid": occupancy.room_id,
        "contract_uid": booking.pk,
        "booking_number": booking.number,
        "title": booking.number,
        "kind": booking.kind,
        "state": booking.state,
        "start": occupancy.nights.lower,
        "end": occupancy.nights.upper,
        "this_contract_room_uids": sorted({held.room_id for held in booking.occupancies.all()}),
    }
