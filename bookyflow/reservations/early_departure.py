"""Guests who leave before the day that they booked, and what they then pay."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from bookyflow.core.acting import Actor
from bookyflow.core.dates import ONE_DAY
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import Property
from bookyflow.reservations.amendments.apply import booking_amend
from bookyflow.reservations.amendments.changes import Amendment, Changes, PriceMode
from bookyflow.reservations.front_desk import DeskStep, guest_check_out
from bookyflow.reservations.models import Booking
from bookyflow.reservations.selectors import booking_find
from bookyflow.tariffs.overrides import Overridable

# The guest goes, whatever the rules about the length and the days of stays are.
ASIDE = frozenset({Overridable.LENGTH_OF_STAY, Overridable.CHANGEOVER})


def leaves_on(prop: Property, booking: Booking) -> date | None:
    """The day of departure of a guest who leaves now; None where that is no earlier than booked."""
    today = max(prop.settings.today(), booking.arrival + ONE_DAY)
    return today if today < booking.departs_on else None


def shortened(leaves: date, price: PriceMode) -> Amendment:
    """The change of a booking whose guest leaves on a day."""
    return Amendment(Changes(departure=leaves), price, ASIDE)


@transaction.atomic
def guest_leave_early(
    *, booking_id: int, property_id: int, price: PriceMode, by: Actor
) -> DeskStep:
    """Check a guest out before the day that was booked; the nights that are left are free again.

    The price stays, or only the nights until now are charged, on the terms that were granted or on
    those of today. Raises DomainError `booking_state` where nothing is left of the stay, and as
    `booking_amend` and `guest_check_out`.
    """
    place: dict[str, Any] = {"booking_id": booking_id, "property_id": property_id}
    booking = booking_find(property_id=property_id, booking_id=booking_id)
    leaves = leaves_on(booking.property, booking)
    if leaves is None:
        raise DomainError("booking_state", "The stay ends today anyway: check the guest out.")
    if price == PriceMode.KEPT:
        return guest_check_out(**place, by=by, free_remaining=True)
    booking_amend(**place, **vars(shortened(leaves, price)), by=by)
    return guest_check_out(**place, by=by)
