"""Bookings as the front desk sees them: with rooms, account, payments and invoices."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import JSONObject

from bookyflow.availability.models import Occupancy
from bookyflow.billing.models import Invoice, Payment
from bookyflow.core.errors import DomainError
from bookyflow.reservations.models import Booking, BookingKind


def desk_booking_list(
    *,
    property_id: int,
    status: str = "",
    arrival: date | None = None,
    departure: date | None = None,
) -> QuerySet[Booking]:
    """Bookings of a property by arrival, each with its rooms as `rooms_held`; one query.

    Only in one state, arriving on one day or leaving on one, where that is given.
    """
    wanted = Q(property=property_id, kind=BookingKind.BOOKING)
    if status:
        wanted &= Q(state=status)
    if arrival:
        wanted &= Q(arrival=arrival)
    if departure:
        wanted &= Q(departs_on=departure)
    held = Occupancy.objects.filter(booking=OuterRef("pk")).order_by("room__number", "room")
    rooms = held.values(
        json=JSONObject(
            room_id="room",
            number="room__number",
            name="room__name",
            room_type_id="room_type",
            room_type="room_type__name",
        )
    )
    found = Booking.objects.filter(wanted).annotate(rooms_held=ArraySubquery(rooms))
    return found.order_by("arrival", "pk")


def desk_booking(*, property_id: int, booking_id: int) -> Booking:
    """One booking with all that belongs to it; five queries.

    Its payments have the id of their reversal as `reversal_id`. Raises DomainError
    `booking_not_found`.
    """
    payments = Payment.objects.annotate(reversal_id=F("reversed_by")).order_by("pk")
    found = (
        desk_booking_list(property_id=property_id)
        .filter(pk=booking_id)
        .select_related("security_deposit")
        .prefetch_related(
            "lines",
            "notes",
            Prefetch("payments", payments),
            Prefetch("invoices", Invoice.objects.order_by("sequence")),
        )
        .first()
    )
    if found is None:
        raise DomainError("booking_not_found")
    return found
