"""What a session has, to who has its token; and what forms ask that concerns no guest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext

from bookyflow.booking_sessions.address import guest_of
from bookyflow.booking_sessions.choosing import pairs_text
from bookyflow.booking_sessions.models import BookingSession
from bookyflow.booking_sessions.naming import SessionName
from bookyflow.booking_sessions.readiness import CHECKS, refusal_of
from bookyflow.booking_sessions.sessions import visitor_session_opened
from bookyflow.core import places
from bookyflow.core.dates import days
from bookyflow.core.errors import DomainError
from bookyflow.core.money import display
from bookyflow.guests.services import GuestDetails
from bookyflow.reservations.models import Booking, Hold

A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class SessionShown:
    """All that a session has; what was typed is gone once it is booked.

    `booked` is the booking, or what is held for it until then, with the number that it will have.
    """

    session: BookingSession
    guest: GuestDetails | None
    booked: Booking | Hold | None
    ready: bool

    @property
    def is_booked(self) -> bool:
        """Whether there is a booking."""
        return self.session.booking() is not None

    @property
    def pairs(self) -> str:
        """The rooms with their tariffs."""
        return pairs_text(self.session.rooms)

    @property
    def notes(self) -> Sequence[str]:
        """What the guest has remarked."""
        return self.session.notes()

    @property
    def extras(self) -> Mapping[str, int]:
        """Quantities by id."""
        extras: Mapping[str, int] = self.session.extras
        return extras

    @property
    def held_until(self) -> datetime | None:
        """Until when the rooms are held; None where none are."""
        hold = self.session.live_hold()
        return hold.expires_at if hold else None


def visitor_session_shown(*, name: SessionName) -> SessionShown:
    """All that a session has. Raises DomainError as `visitor_session_opened`."""
    return session_shown(visitor_session_opened(name=name))


def session_shown(session: BookingSession) -> SessionShown:
    """All that a session has, as it is now."""
    return SessionShown(
        session,
        guest_of(session) if session.address else None,
        session.booking() or session.live_hold(),
        ready=refusal_of(CHECKS["booking"], session) is None,
    )


def nights_between(first: date, end: date) -> list[date]:
    """Every night in [first, end), as far as a year from today.

    Raises DomainError `validation_failed` for an empty or reversed range.
    """
    if end <= first:
        problem = gettext("The departure must be after the arrival.")
        raise DomainError("validation_failed", problem, fields={"date2": [problem]})
    last = timezone.now().date() + A_YEAR
    return days(first, min(end, max(last, first)))


def price_text(amount: Decimal, session: BookingSession, language: str) -> str:
    """An amount in the currency of a session's property, as people read it."""
    return display(amount, session.property.settings.currency, language)


def regions_of(country: str, language: str) -> dict[int, str]:
    """The regions of a country by number, in the order of their names; {} for none."""
    code = places.country_code(country)
    return {one.number: one.name for one in places.regions_named(language) if one.country == code}
