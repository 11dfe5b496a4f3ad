"""The engine's own door: what somebody without an account does, by quote and by reference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from bookyflow.core import acting
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import record_many
from bookyflow.guests.services import GuestDetails, guest_event
from bookyflow.properties.kept import property_kept
from bookyflow.properties.models import Property
from bookyflow.reservations.claiming import Claim, quote_is_used
from bookyflow.reservations.held_booking import HeldBooking, held_booking
from bookyflow.reservations.holds import hold_confirm, hold_make, hold_release
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.models import Booking, BookingKind, Hold
from bookyflow.reservations.quotes.codec import quote_json, quote_of
from bookyflow.reservations.quotes.eligibility import may_book
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.quotes.quote import Quote
from bookyflow.reservations.quotes.stored import UnknownVersion
from bookyflow.reservations.services import Remarks, quote_book
from bookyflow.reservations.stay_request import VISITOR, Booker, RoomRequest, StayRequest
from bookyflow.reservations.tokens import (
    booking_token_read,
    guest_token_read,
    quote_read,
    quote_sign,
)
from bookyflow.reservations.unwelcome import Unwelcome


@dataclass(frozen=True)
class VisitorRequest:
    """What a visitor asks a price for, and the token of a personal link, or ""."""

    stay_request: StayRequest
    guest_token: str = ""

    @classmethod
    def of(
        cls,
        *,
        guest_token: str = "",
        departure: date | None = None,
        rooms: Iterable[RoomRequest] = (),
        child_ages: Iterable[int] = (),
        **asked: Any,
    ) -> VisitorRequest:
        """From the parts of a stay request."""
        stay_request = StayRequest(
            departure=departure, rooms=tuple(rooms), child_ages=tuple(child_ages), **asked
        )
        return cls(stay_request, guest_token)


@dataclass(frozen=True)
class SignedQuote:
    """A quote, the text that stands for it, and until when it holds."""

    quote: Quote
    text: str
    expires_at: datetime

    @property
    def currency(self) -> str:
        """That of all its amounts."""
        return self.quote.breakdown.currency


@dataclass(frozen=True)
class Confirmation:
    """What a visitor books, a quote or what is held under a reference, and for whom.

    Raises DomainError `validation_failed` unless it is exactly one of the two.
    """

    guest: GuestDetails
    quote: str = ""
    reference: str = ""
    remarks: str = ""
    referrer: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)  # to the property's own questions

    def __post_init__(self) -> None:
        if bool(self.reference) == bool(self.quote):
            problem = gettext("Send either a quote or a reference.")
            raise DomainError("validation_failed", fields={"quote": [problem]})

    def said(self, language: str) -> Remarks:
        """What goes with the booking, in the language that the visitor reads, or ""."""
        return Remarks(self.remarks, self.referrer, language, self.answers)


def visitor_quote(*, prop: Property, asked: VisitorRequest) -> SignedQuote:
    """A quote for anybody, of a property that is published. Raises as `quote_make`."""
    booker = _linked(asked.guest_token) if asked.guest_token else VISITOR
    quote = quote_make(prop=prop, stay_request=asked.stay_request, booker=booker)
    return SignedQuote(quote, *quote_sign(quote_json(quote)))


def visitor_hold(*, claim: Claim) -> HeldBooking:
    """Hold what was quoted. Raises DomainError as `_quoted` and `hold_make`."""
    return held_booking(hold_make(quote=_quoted(claim.quote), by=acting.VISITOR, claim=claim))


def visitor_confirm(
    *,
    asked: Confirmation,
    language: str = "",
    claim: Claim | None = None,
    token: str = "",
    paid: Decimal = Decimal(0),
) -> Booking:
    """Book what was quoted, with a `claim`, or what is held under a reference, with its token.

    `paid` has come in for what is held, and the caller enters it. What is held is booked even where
    the property has stopped taking bookings since. A blacklisted guest is refused like anybody for
    whom no room is free: a hold is let go then, and staff are told by an event. Raises DomainError
    `booking_not_found`, and as `hold_confirm`, or as `_quoted` and `quote_book`.
    """
    try:
        return _confirm(asked, asked.said(language), claim=claim, token=token, paid=paid)
    except Unwelcome as refusal:  # what booked has undone all that it did
        _tell_of(refusal)
        raise DomainError(refusal.key, refusal.detail, keeps=True) from None


def _confirm(
    asked: Confirmation, remarks: Remarks, *, claim: Claim | None, token: str, paid: Decimal
) -> Booking:
    if claim:
        return quote_book(
            quote=_quoted(claim.quote),
            guest=asked.guest,
            booker=VISITOR,
            by=acting.VISITOR,
            remarks=remarks,
            claim=claim,
        )
    version = booking_token_read(asked.reference, token)
    held = _held(asked.reference)
    booking = hold_confirm(
        hold_id=held.pk,
        property_id=held.property_id,
        guest=asked.guest,
        booker=VISITOR,
        by=acting.VISITOR,
        remarks=remarks,
        paid=paid,
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


def visitor_find(*, reference: str, token: str) -> Booking | HeldBooking:
    """What a reference stands for, to who has its token; what is held until it is confirmed.

    Raises DomainError `booking_not_found`, also for a token that is wrong or has been revoked.
    """
    found = _find(reference, token)
    return held_booking(found) if isinstance(found, Hold) else found


def _find(reference: str, token: str) -> Booking | Hold:
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


def visitor_cancel(*, reference: str, token: str) -> Booking | HeldBooking:
    """Cancel a booking as its guest, or let a hold go; twice is once.

    Raises DomainError `booking_not_found`, `booking_state`, `cancellation_too_late`.
    """
    found = _find(reference, token)
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
    prop = property_kept(property_id=property_id)
    if not (prop.is_published and prop.is_approved):
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
        told = gettext("The quote was made before the site was updated.")
        raise DomainError("quote_expired", told) from None
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
