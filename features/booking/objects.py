"""Quotes, holds and bookings in the shape that the interface gives them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from bookyflow.core.money import amount_text
from bookyflow.reservations.models import Booking, Hold
from bookyflow.reservations.quotes.codec import quote_of
from bookyflow.reservations.quotes.quote import Quote
from bookyflow.reservations.tokens import booking_token


def quote_object(quote: Quote, text: str, expires_at: datetime) -> dict[str, Any]:
    """In the shape of QuoteOut."""
    return {
        "quote": text,
        "expires_at": expires_at,
        "property_uid": quote.property_id,
        "arrival": quote.stay_request.arrival,
        "departure": quote.stay_request.departure,
        "nights": quote.nights.length,
        "adults": quote.stay_request.adults,
        "children": len(quote.stay_request.child_ages),
        "rooms": quote.rooms,
        "currency_code": quote.breakdown.currency,
        "lines": quote.breakdown.lines,
        "net": quote.breakdown.net,
        "tax": quote.breakdown.tax,
        "total": quote.breakdown.total,
        "deposit_required": quote.deposit,
        "security_deposit": quote.security,
    }


def hold_object(hold: Hold) -> dict[str, Any]:
    """In the shape of HoldOut."""
    quote = quote_of(hold.quote)
    return {
        "reference": hold.number,
        "token": booking_token(hold.number),
        "expires_at": hold.expires_at,
        "property_uid": hold.property_id,
        "arrival": hold.arrival,
        "departure": quote.stay_request.departure,
        "currency_code": quote.breakdown.currency,
        "total": quote.breakdown.total,
        "deposit_required": quote.deposit,
    }


def booking_object(found: Booking | Hold) -> dict[str, Any]:
    """In the shape of GuestBookingOut; what is held has a status, too."""
    return _held(found) if isinstance(found, Hold) else _booked(found)


def _booked(booking: Booking) -> dict[str, Any]:
    return {
        "reference": booking.number,
        "token": booking_token(booking.number, booking.token_version),
        "status": booking.state,
        "property_uid": booking.property_id,
        "property_name": booking.property.name,
        "arrival": booking.arrival,
        "departure": booking.departs_on,
        "adults": booking.adults,
        "children": booking.children,
        "currency_code": booking.currency,
        "lines": list(booking.lines.all()),
        "total": booking.total,
        "deposit_required": booking.deposit_required,
        "paid": booking.paid,
        "pay_by": booking.pay_by,
        "balance": amount_text(booking.total - booking.paid, booking.currency),
        "version": booking.version,
    }


def _held(hold: Hold) -> dict[str, Any]:
    quote = quote_of(hold.quote)
    is_live = hold.released_at is None and hold.expires_at > timezone.now()
    lines = [vars(line) | {"tax_rate": line.tax_percent} for line in quote.breakdown.lines]
    return {
        "reference": hold.number,
        "token": booking_token(hold.number),
        "status": "held" if is_live else "expired",
        "property_uid": hold.property_id,
        "property_name": hold.property.name,
        "arrival": hold.arrival,
        "departure": quote.stay_request.departure,
        "adults": quote.stay_request.adults,
        "children": len(quote.stay_request.child_ages),
        "currency_code": quote.breakdown.currency,
        "lines": lines,
        "total": quote.breakdown.total,
        "deposit_required": quote.deposit,
        "paid": 0,
        "pay_by": None,
        "balance": amount_text(quote.breakdown.total, quote.breakdown.currency),
        "version": None,
    }
