"""The booking that a session ends in."""

from __future__ import annotations

from bookyflow.booking_sessions.address import guest_of
from bookyflow.booking_sessions.error_numbers import number_of
from bookyflow.booking_sessions.models import BookingSession
from bookyflow.booking_sessions.naming import SessionName
from bookyflow.booking_sessions.payment import payment_page
from bookyflow.booking_sessions.readiness import CHECKS, VALID, Verdict, refusal_of
from bookyflow.booking_sessions.sessions import session_lock
from bookyflow.core.errors import DomainError
from bookyflow.core.fields import Sealed
from bookyflow.reservations.models import Booking
from bookyflow.reservations.public_booking import Confirmation, visitor_confirm
from bookyflow.reservations.quotes.codec import quote_of
from bookyflow.reservations.tokens import booking_token


def visitor_session_book(*, name: SessionName) -> Verdict:
    """Book what is held for a session, or ask for it where the property approves each booking.

    Twice is once. In the caller's transaction, which a refusal that keeps what it tells of does not
    undo. Raises DomainError as `session_lock`, `booking_not_ready`, `payment_needed` where the
    guest pays before, and as `visitor_confirm`.
    """
    session = session_lock(name, booked=True)
    if session.booking() is None:
        booking_ready(session)
        if page := _page_to_pay(session):
            raise DomainError("payment_needed", members={"confirmation_url": page})
        visitor_session_confirm(session)
    return VALID


def _page_to_pay(session: BookingSession) -> str:
    """Where the guest pays before; "" where nothing is due before, or staff approve first."""
    hold = session.live_hold()
    if hold is None or not quote_of(hold.quote).deposit:
        return ""
    return payment_page(session.property, session.language)


def booking_ready(session: BookingSession) -> None:
    """Raise DomainError `booking_not_ready` with what is missing or wrong of a locked session."""
    refusal = refusal_of(CHECKS["booking"], session)
    if refusal is not None:
        raise DomainError(
            "booking_not_ready",
            refusal.detail,
            fields=refusal.fields,
            members={"error_number": number_of(refusal)},
        )


def visitor_session_confirm(session: BookingSession) -> Booking:
    """Make the booking of a locked session that is ready, whoever has been paid.

    What the guest typed goes with it, and is left in the session no more. Raises as
    `visitor_confirm`.
    """
    hold = session.hold
    if hold is None:
        raise DomainError("hold_expired")
    booking = visitor_confirm(
        asked=Confirmation(
            guest=guest_of(session),
            reference=hold.number,
            remarks="\n\n".join(session.notes()),
            answers=session.answers,
        ),
        language=session.language,
        token=booking_token(hold.number),
    )
    session.personal, session.email_hash = Sealed(), None
    session.save(update_fields=["personal", "email_hash"])
    return booking
