"""Guests arriving and leaving, as the desk notes it: the step, and a note on the booking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext

from bookyflow.core.acting import Actor
from bookyflow.core.dates import zone_info
from bookyflow.core.errors import DomainError
from bookyflow.reservations.lifecycle import (
    booking_check_in,
    booking_check_in_undo,
    booking_check_out,
    booking_check_out_undo,
)
from bookyflow.reservations.models import Booking, BookingKind
from bookyflow.reservations.notes import note_save


@dataclass(frozen=True)
class Presence:
    """Since which day of the property's a guest is there, and since which gone; None: not so."""

    arrived_on: date | None
    left_on: date | None

    @property
    def has_arrived(self) -> bool:
        """Whether the guest has been checked in."""
        return self.arrived_on is not None

    @property
    def has_left(self) -> bool:
        """Whether the guest has been checked out."""
        return self.left_on is not None


@dataclass(frozen=True)
class DeskStep:
    """A booking after a step at the desk, and the note that was made of it."""

    booking: Booking
    note: str

    @property
    def has_arrived(self) -> bool:
        """Whether the guest is checked in by now."""
        return self.booking.checked_in_at is not None

    @property
    def has_left(self) -> bool:
        """Whether the guest is checked out by now."""
        return self.booking.checked_out_at is not None


def booking_presence(*, property_id: int, booking_id: int) -> Presence:
    """Whether the guest of a booking has arrived and left; one query.

    Raises DomainError `booking_not_found`.
    """
    found = (
        Booking.objects.filter(pk=booking_id, property=property_id, kind=BookingKind.BOOKING)
        .values_list("checked_in_at", "checked_out_at", "property__settings__time_zone")
        .first()
    )
    if found is None:
        raise DomainError("booking_not_found")
    arrived, left, zone = found
    return Presence(_day(arrived, zone_info(zone)), _day(left, zone_info(zone)))


@transaction.atomic
def guest_check_in(
    *,
    booking_id: int,
    property_id: int,
    by: Actor,
    any_day: bool = False,
    override: bool = False,
) -> DeskStep:
    """Check a guest in, with a note in the language that is active; as `booking_check_in`."""
    booking = booking_check_in(
        booking_id=booking_id, property_id=property_id, by=by, any_day=any_day, override=override
    )
    return _noted(booking, gettext("Guest checked in."), by=by)


@transaction.atomic
def guest_check_in_undo(*, booking_id: int, property_id: int, by: Actor) -> DeskStep:
    """Take a check-in back, with a note; as `booking_check_in_undo`."""
    booking = booking_check_in_undo(booking_id=booking_id, property_id=property_id, by=by)
    return _noted(booking, gettext("Check-in undone."), by=by)


@transaction.atomic
def guest_check_out(
    *, booking_id: int, property_id: int, by: Actor, free_remaining: bool = False
) -> DeskStep:
    """Check a guest out, with a note; as `booking_check_out`."""
    booking = booking_check_out(
        booking_id=booking_id, property_id=property_id, by=by, free_remaining=free_remaining
    )
    return _noted(booking, gettext("Guest checked out."), by=by)


@transaction.atomic
def guest_check_out_undo(
    *, booking_id: int, property_id: int, by: Actor, override: bool = False
) -> DeskStep:
    """Take a check-out back, with a note; as `booking_check_out_undo`."""
    booking = booking_check_out_undo(
        booking_id=booking_id, property_id=property_id, by=by, override=override
    )
    return _noted(booking, gettext("Check-out undone."), by=by)


def _noted(booking: Booking, text: str, *, by: Actor) -> DeskStep:
    note_save(booking_id=booking.pk, property_id=booking.property_id, text=text, by=by)
    return DeskStep(booking, text)


def _day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return moment and moment.astimezone(zone).date()
