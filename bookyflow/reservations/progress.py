"""How far a booking is, as the list of a front desk tells it by a colour and a few words."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from bookyflow.reservations.models import BookingReading, BookingState


class Progress(StrEnum):
    """One state for each booking, by what has been done and by the property's day."""

    EXPECTED = "expected"
    ARRIVES_TODAY = "arrives_today"
    NOT_ARRIVED = "not_arrived"
    RESIDENT = "resident"
    DEPARTS_TODAY = "departs_today"
    OVERDUE = "overdue"
    CHECKED_OUT = "checked_out"
    CANCELLED = "cancelled"


def progress_of(booking: BookingReading, today: date) -> Progress:
    """How far it is on the property's `today`.

    A guest who was marked as not having come has not arrived, whatever the day is.
    """
    if booking.is_called_off():
        return Progress.CANCELLED
    if booking.has_left():
        return Progress.CHECKED_OUT
    if booking.has_arrived():
        return _by(booking.departs_on, today, Progress.RESIDENT, Progress.DEPARTS_TODAY)
    if booking.state == BookingState.NO_SHOW:
        return Progress.NOT_ARRIVED
    return _by(booking.arrival, today, Progress.EXPECTED, Progress.ARRIVES_TODAY)


def _by(day: date, today: date, ahead: Progress, now: Progress) -> Progress:
    """What it is before, on and after a day."""
    if day > today:
        return ahead
    past = Progress.OVERDUE if now == Progress.DEPARTS_TODAY else Progress.NOT_ARRIVED
    return now if day == today else past
