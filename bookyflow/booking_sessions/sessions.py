"""Beginning, finding, renewing and leaving a booking session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from bookyflow.booking_sessions import sql
from bookyflow.booking_sessions.models import BookingSession
from bookyflow.booking_sessions.naming import SessionName, new_token
from bookyflow.core.acting import VISITOR
from bookyflow.core.database import longest_wait, waiting_at_most
from bookyflow.core.errors import DomainError
from bookyflow.core.ids import digest
from bookyflow.properties.kept import property_kept
from bookyflow.properties.models import Property
from bookyflow.reservations.holds import hold_release, hold_renew
from bookyflow.reservations.models import Hold

LASTS = timedelta(hours=1)  # after the last call
HOLD_LASTS = timedelta(minutes=15)
# How long a hold lasts in all, from when it was made: by calls, and where it is asked for.
HOLD_BY_CALLS, HOLD_LONGEST = timedelta(minutes=30), timedelta(minutes=60)
RENEWED_AFTER = timedelta(minutes=1)  # calls that come sooner write nothing
PATIENCE = timedelta(seconds=10)  # for a lock, where a read begins a session


@dataclass(frozen=True)
class Begun:
    """A session that has begun, or goes on, with the token that opens what the guest types."""

    session: BookingSession
    token: str


@transaction.atomic
def visitor_session_begin(*, name: SessionName, prop: Property, language: str) -> Begun:
    """Begin a session at a property, or go on with one whose token is right.

    Without its token, for another property, or when its time was over, it starts afresh: what the
    guest has typed is dropped, what is held let go, and the token is a new one. `prop` comes with
    its settings and type.
    """
    token = new_token()
    fresh = BookingSession(
        digest=name.digest,
        token_digest=digest(token),
        property=prop,
        language=language,
        created_at=timezone.now(),
        expires_at=timezone.now() + LASTS,
    )
    with waiting_at_most(PATIENCE):
        session = _locked_if_any(name) or _locked_new(fresh, name)
        if _goes_on(session, name, prop):
            session.property, session.language = prop, language
            session.expires_at = fresh.expires_at
            session.save(update_fields=["language", "expires_at"])
            return Begun(session, name.token)
        if session.token_digest != fresh.token_digest:
            _visitor_hold_end(session.hold_id, session.property_id)
            fresh.pk = session.pk
            fresh.save(force_update=True)
    return Begun(fresh, token)


def _locked_new(fresh: BookingSession, name: SessionName) -> BookingSession:
    """A new session, or the one that another call has just begun under the same id."""
    BookingSession.objects.bulk_create([fresh], ignore_conflicts=True)
    session = _locked_if_any(name)
    if session is None:
        raise DomainError("session_not_initialised")
    return session


def _visitor_hold_end(hold_id: int | None, property_id: int) -> None:
    """Let go what is held, whatever has become of it."""
    if hold_id is None:
        return
    try:
        hold_release(hold_id=hold_id, property_id=property_id, by=VISITOR)
    except DomainError as refusal:
        if refusal.key != "booking_state":  # it has been booked, and stays so
            raise


def _goes_on(session: BookingSession, name: SessionName, prop: Property) -> bool:
    return (
        name.fits(session.token_digest)
        and session.property_id == prop.pk
        and session.expires_at > timezone.now()
    )


def visitor_session(*, name: SessionName) -> BookingSession:
    """The session that a call names, renewed by it; to read, with all that it has.

    Raises DomainError `session_not_initialised`, and `property_not_found` for one that has ceased
    to be published.
    """
    found = BookingSession.objects.select_related(
        "property__settings", "property__property_type", "hold__booking"
    )
    session = found.filter(digest=name.digest, expires_at__gt=timezone.now()).first()
    if session is None:
        raise DomainError("session_not_initialised")
    _refuse_closed(session.property)
    session_renew(session)
    return session


def visitor_session_opened(*, name: SessionName) -> BookingSession:
    """As `visitor_session`, to who has its token. Raises `session_token_invalid` as well."""
    session = visitor_session(name=name)
    if not name.fits(session.token_digest):
        raise DomainError("session_token_invalid")
    return session


def session_language(name: SessionName) -> str:
    """The language that a session began in; "" where there is none."""
    found = BookingSession.objects.filter(digest=name.digest, expires_at__gt=timezone.now())
    return found.values_list("language", flat=True).first() or ""


def session_lock(name: SessionName, *, booked: bool = False) -> BookingSession:
    """The session that a call changes, locked until its transaction ends, and renewed.

    Before the property in the order of locks. Raises as `visitor_session`, and `session_booked`
    once its booking was made, unless that is fine.
    """
    session = _locked(name)
    if session.expires_at <= timezone.now():
        raise DomainError("session_not_initialised")
    session.property = _property(session.property_id)
    _refuse_closed(session.property)
    if session.booking() is not None and not booked:
        raise DomainError("session_booked")
    session_renew(session)
    return session


def _locked(name: SessionName) -> BookingSession:
    session = _locked_if_any(name)
    if session is None:
        raise DomainError("session_not_initialised")
    if session.hold_id is not None:  # read by now, since it may be older than the wait
        session.hold = Hold.objects.select_related("booking").get(pk=session.hold_id)
    return session


def _locked_if_any(name: SessionName) -> BookingSession | None:
    parameters = {"digest": name.digest, "longest": longest_wait()}
    found = list(BookingSession.objects.raw(sql.LOCK_SESSION, parameters))
    return found[0] if found else None


def _property(property_id: int) -> Property:
    return property_kept(property_id=property_id)


def _refuse_closed(prop: Property) -> None:
    if not prop.is_published or prop.deleted_at is not None:
        raise DomainError("property_not_found")


def session_renew(session: BookingSession, *, most: timedelta = HOLD_BY_CALLS) -> None:
    """Have a session and what is held for it last from now on, the latter `most` in all.

    At most once a minute, so that calls in between write nothing.
    """
    now = timezone.now()
    if session.expires_at < now + LASTS - RENEWED_AFTER:
        session.expires_at = now + LASTS
        BookingSession.objects.filter(pk=session.pk).update(expires_at=session.expires_at)
    hold, lasts = session.live_hold(), hold_lasts(session.property)
    if hold is None or hold.expires_at > now + lasts - RENEWED_AFTER:
        return
    until = min(now + lasts, hold.created_at + most)
    if until > hold.expires_at and hold_renew(hold_id=hold.pk, until=until):
        hold.expires_at = until


def hold_lasts(prop: Property) -> timedelta:
    """How long rooms are held from a call on: a quarter of an hour, or less at some properties."""
    return min(HOLD_LASTS, timedelta(minutes=prop.settings.hold_minutes))


@transaction.atomic
def visitor_hold_prolong(*, name: SessionName) -> BookingSession:
    """Hold what was chosen for a quarter of an hour from now, an hour in all at most.

    For who has the session's token. Raises `no_room_selected`, `hold_expired`, and as
    `visitor_session_opened`.
    """
    session = session_lock(name)
    _refuse_stranger(session, name)
    hold_needed(session)
    session_renew(session, most=HOLD_LONGEST)
    return session


@transaction.atomic
def visitor_session_leave(*, name: SessionName) -> BookingSession:
    """End a session: what is held is let go, and what was typed is gone; a booking stays.

    For who has its token. Raises as `visitor_session_opened`.
    """
    session = session_lock(name, booked=True)
    _refuse_stranger(session, name)
    if session.booking() is None:
        visitor_hold_drop(session)
    BookingSession.objects.filter(pk=session.pk).delete()
    return session


def _refuse_stranger(session: BookingSession, name: SessionName) -> None:
    if not name.fits(session.token_digest):
        raise DomainError("session_token_invalid")


def hold_needed(session: BookingSession) -> Hold:
    """What is held for a session. Raises DomainError `no_room_selected`, `hold_expired`."""
    if not session.rooms:
        raise DomainError("no_room_selected")
    hold = session.live_hold()
    if hold is None:
        raise DomainError("hold_expired")
    return hold


def visitor_hold_drop(session: BookingSession) -> None:
    """Let go what is held for a locked session, unless it is booked or over."""
    hold, session.hold = session.hold, None
    if hold is not None and hold.booking_id is None and hold.released_at is None:
        hold_release(hold_id=hold.pk, property_id=hold.property_id, by=VISITOR)


def sessions_clear() -> int:
    """Delete the sessions whose time is over; returns how many.

    What was held for them ended before: a hold lasts a quarter of an hour after the last call, and
    a session an hour.
    """
    deleted, _ = BookingSession.objects.filter(expires_at__lte=timezone.now()).delete()
    return deleted
