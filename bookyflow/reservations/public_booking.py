"""The engine's own door: what somebody without an account does, by quote and by reference."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from bookyflow.core import acting
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import record_many
from bookyflow.guests.services import GuestDetails, guest_event
from bookyflow.properties.models import Property
from bookyflow.reservations.claiming import Claim, quote_is_used
from bookyflow.reservations.holds import hold_confirm, hold_make, hold_release
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.models import Booking, BookingKind, Hold
from bookyflow.reservations.quotes.codec import UnknownVersion, quote_json, quote_of
from bookyflow.reservations.quotes.eligibility import may_book
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.quotes.quote import Quote
from bookyflow.reservations.services import Remarks, quote_book
from bookyflow.reservations.stay_request import VISITOR, Booker, StayRequest
from bookyflow.reservations.tokens import (
    booking_token_read,
    guest_token_read,
    quote_read,
    quote_sign,
)
from bookyflow.reservations.unwelcome import Unwelcome


def visitor_quote(
    *, property_id: int, stay_request: StayRequest, guest_token: str = ""
) -> tuple[Quote, str, datetime]:
    """A quote for anybody, as the text that stands for it, and until when it holds.

    Raises DomainError `property_not_found` for one that is not published, and as `quote_make`.
    """
    prop = _published(property_id)
    booker = _linked(guest_token) if guest_token else VISITOR
    quote = quote_make(prop=prop, stay_request=stay_request, booker=booker)
    text, expires_at = quote_sign(quote_json(quote))
    return quote, text, expires_at


def visitor_hold(*, claim: Claim) -> Hold:
    """Hold what was quoted. Raises DomainError as `_quoted` and `hold_make`."""
    return hold_make(quote=_quoted(claim.quote), by=acting.VISITOR, claim=claim)


def visitor_confirm(
    *,
    guest: GuestDetails,
    remarks: Remarks,
    claim: Claim | None = None,
    reference: str = "",
    token: str = "",
) -> Booking:
    """Book what was quoted, or what is held under a reference and its token.

    What is held is booked even where the property has stopped taking bookings since. A blacklisted
    guest is refused like anybody for whom no room is free: a hold is let go then, and staff are
    told by an event. Raises DomainError `booking_not_found`, and as `hold_confirm`, or as `_quoted`
    and `quote_book`.
    """
    try:
        return _confirm(guest, remarks, claim=claim, reference=reference, token=token)
    except Unwelcome as refusal:  # what booked has undone all that it did
        _tell_of(refusal)
        raise DomainError(refusal.key, refusal.detail, keeps=True) from None


def _confirm(
    guest: GuestDetails, remarks: Remarks, *, claim: Claim | None, reference: str, token: str
) -> Booking:
    if claim:
        return quote_book(
            quote=_quoted(claim.quote),
            guest=guest,
            booker=VISITOR,
            by=acting.VISITOR,
            remarks=remarks,
            claim=claim,
        )
    version = booking_token_read(reference, token)
    held = _held(reference)
    booking = hold_confirm(
        hold_id=held.pk,
        property_id=held.property_id,
        guest=guest,
        booker=VISITOR,
        by=acting.VISITOR,
        remarks=remarks,
    )
    if booking.token_version != version:  # it had become a booking, and its token was revoked
        raise DomainError("booking_not_found")
    return booking


@transaction.atomic
def _tell_of(refusal: Unwelcome) -> None:
    """Tell staff of a blacklisted guest who tried to book, when nothing else of it is left."""
    quote, guest_id = refusal.quote, refusal.guest_id
    if refusal.hold_id is not None:
        hold_release(hold_id=refusal.hold_id, property_id=quote.property_id, by=acting.VISITOR)
    nights = {"arrival": str(quote.stay.arrival), "departure": str(quote.stay.departure)}
    tried = guest_event(
        EventKind.GUEST_REFUSED, guest_id=guest_id, property_id=quote.property_id, **nights
    )
    record_many([tried], by=acting.VISITOR)


def visitor_find(*, reference: str, token: str) -> Booking | Hold:
    """What a reference stands for, to who has its token; a hold until it is confirmed.

    Raises DomainError `booking_not_found`, also for a token that is wrong or has been revoked.
    """
    version = booking_token_read(reference, token)
    booking = (
        Booking.objects.select_related("property__settings")
        .prefetch_related("lines")
        .filter(number=reference, kind=BookingKind.BOOKING)
        .first()
    )
    hold = Hold.objects.select_related("property__settings").filter(number=reference)
    found = booking or hold.first()
    if found is None or found.token_version != version:
        raise DomainError("booking_not_found")
    return found


def visitor_cancel(*, reference: str, token: str) -> Booking | Hold:
    """Cancel a booking as its guest, or let a hold go; twice is once.

    Raises DomainError `booking_not_found`, `booking_state`, `cancellation_too_late`.
    """
    found = visitor_find(reference=reference, token=token)
    if isinstance(found, Hold):
        hold_release(hold_id=found.pk, property_id=found.property_id, by=acting.VISITOR)
    else:
        booking_cancel(
            booking_id=found.pk,
            property_id=found.property_id,
            by=acting.VISITOR,
            reason="Cancelled by the guest.",
            by_guest=True,
        )
    return visitor_find(reference=reference, token=token)


def _published(property_id: int) -> Property:
    """A property as `quote_make` wants it. Raises `property_not_found`."""
    prop = (
        Property.objects.select_related("settings", "property_type")
        .filter(pk=property_id, deleted_at=None, is_published=True)
        .first()
    )
    if prop is None:
        raise DomainError("property_not_found")
    return prop


def _quoted(text: str) -> Quote:
    """The quote of a text, as long as its property takes bookings.

    Raises DomainError `quote_expired`, also for one of another release, `quote_used` for one that
    has expired since it was used, `quote_invalid`, `property_not_found`, and as `may_book`.
    """
    try:
        content = quote_read(text)
    except DomainError as error:
        if error.key == "quote_expired" and quote_is_used(text):
            raise DomainError("quote_used") from None
        raise
    try:
        quote = quote_of(content)
    except UnknownVersion:
        raise DomainError("quote_expired") from None
    may_book(_published(quote.property_id), VISITOR)
    return quote


def _linked(guest_token: str) -> Booker:
    link = guest_token_read(guest_token)
    return Booker(guest_id=link.guest_id, link_version=link.version)


def _held(reference: str) -> Hold:
    hold = Hold.objects.filter(number=reference).first()
    if hold is None:
        raise DomainError("booking_not_found")
    return hold
