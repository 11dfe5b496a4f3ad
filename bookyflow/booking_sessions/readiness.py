"""Whether what a session has would do for a booking, step by step and as a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bookyflow.booking_sessions.address import address_check, answers_check, guest_of
from bookyflow.booking_sessions.choosing import dates_check, party_check, stay_needed
from bookyflow.booking_sessions.error_numbers import number_of
from bookyflow.booking_sessions.models import BookingSession
from bookyflow.booking_sessions.sessions import hold_needed
from bookyflow.core.errors import DomainError

Check = Callable[[BookingSession], object]


@dataclass(frozen=True)
class Verdict:
    """Whether something is valid; else why not: a sentence, the key of ERRORS and its number."""

    valid: bool
    reason: str = ""
    key: str = ""
    error_number: str = ""


VALID = Verdict(valid=True)


def _address(session: BookingSession) -> None:
    address_check(session.property.settings, guest_of(session))
    answers_check(session.property, session.answers)


def _dates(session: BookingSession) -> None:
    """What is held for the nights is proof enough that they can be had."""
    stay = stay_needed(session)
    if session.live_hold() is None:
        dates_check(session.property, stay)


def _party(session: BookingSession) -> None:
    stay = stay_needed(session)
    if session.adults is None:
        raise DomainError("guests_not_set")
    if session.live_hold() is None:
        ages = session.child_ages
        party_check(session.property, stay, adults=session.adults, child_ages=ages)


def verdict(check: Check, session: BookingSession) -> Verdict:
    """What a check says of a session. What has been booked is valid."""
    refusal = refusal_of(check, session)
    if refusal is None:
        return VALID
    return Verdict(
        valid=False, reason=refusal.detail, key=refusal.key, error_number=number_of(refusal)
    )


def refusal_of(check: Check, session: BookingSession) -> DomainError | None:
    """The refusal that a check meets; None where there is none, and once it is booked."""
    if session.booking() is not None:
        return None
    try:
        check(session)
    except DomainError as refusal:
        return refusal
    return None


def _booking(session: BookingSession) -> None:
    for check in (_dates, _party, hold_needed, _address):
        check(session)


CHECKS: dict[str, Check] = {
    "address": _address,
    "dates": _dates,
    "guests": _party,
    "rooms": hold_needed,
    "booking": _booking,
}
