"""Which rooms fall due for cleaning."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from bookyflow.availability.models import Occupancy, OccupancyKind
from bookyflow.availability.month import month_of


def rooms_to_clean(*, property_id: int, day: date) -> QuerySet[Occupancy]:
    """The rooms whose guests depart in the month of a day, by departure; with room and booking.

    One for each room of each booking or block. What has ended early holds no room any more, and
    what is only asked for none yet.
    """
    first, last = month_of(day)
    return (
        Occupancy.objects.filter(
            property=property_id,
            booking__property=property_id,
            booking__departs_on__range=(first, last),
            kind__in=(OccupancyKind.BOOKING, OccupancyKind.BLOCK),
        )
        .select_related("room", "booking")
        .only("nights", "room__name", "room__number", "booking__arrival", "booking__departs_on")
        .order_by("booking__departs_on", "pk")
    )
