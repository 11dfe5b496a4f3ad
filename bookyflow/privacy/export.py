"""All that a property knows of a guest, to be given to that person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from django.db.models import Q

from bookyflow.billing.addresses import InvoiceAddress
from bookyflow.billing.models import Invoice, Payment
from bookyflow.core.money import amount_text
from bookyflow.guests.models import Guest
from bookyflow.guests.profiles import GuestProfile
from bookyflow.guests.selectors import guest_one
from bookyflow.messaging.models import Message
from bookyflow.reservations.guest_stays import guest_stays
from bookyflow.reservations.models import Booking


def guest_export(*, property_id: int, guest_id: int) -> dict[str, Any]:
    """A guest's own data as plain values: the guest book's entry, bookings, money and messages.

    Notes of staff are not among them. Raises DomainError `guest_not_found`.
    """
    guest = guest_one(guest_id=guest_id, property_id=property_id)
    stays = guest_stays(property_id=property_id, guest_id=guest_id)
    bookings = list(stays.prefetch_related("lines"))
    ids = [one.pk for one in bookings]
    return {
        "guest": _entry(guest),
        "bookings": [_booking(one) for one in bookings],
        "payments": [_payment(one) for one in Payment.objects.filter(booking__in=ids)],
        "invoices": [
            _invoice(one) for one in Invoice.objects.filter(booking__in=ids).order_by("sequence")
        ],
        "messages": [
            {"at": one.created_at.isoformat(), "by_guest": not one.is_by_team}
            | {"subject": one.subject, "body": one.body}
            for one in Message.objects.filter(_theirs(guest, ids)).order_by("pk")
        ],
    }


def _theirs(guest: Guest, booking_ids: Collection[int]) -> Q:
    """The messages of conversations about bookings, and with the account of the guest."""
    found = Q(conversation__booking__in=booking_ids)
    if guest.user_id is None:
        return found
    return found | Q(conversation__property=guest.property_id, conversation__user=guest.user_id)


def _entry(guest: Guest) -> dict[str, Any]:
    names = GuestProfile.__dataclass_fields__
    told = {name: getattr(guest, name) for name in names}
    return told | {"discount": str(guest.discount), "created_at": guest.created_at.isoformat()}


def _booking(booking: Booking) -> dict[str, Any]:
    return {
        "number": booking.number,
        "state": booking.state,
        "made_at": booking.created_at.isoformat(),
        "arrival": booking.arrival.isoformat(),
        "departure": booking.departs_on.isoformat(),
        "adults": booking.adults,
        "children": booking.children,
        "made_for": booking.booked_for().told(),
        "remarks": booking.remarks,
        "answers": dict(booking.answers),
        "currency": booking.currency,
        "total": amount_text(booking.total, booking.currency),
        "paid": amount_text(booking.paid, booking.currency),
        "lines": [
            {"description": line.description, "gross": amount_text(line.gross, booking.currency)}
            for line in booking.lines.all()
        ],
    }


def _payment(entry: Payment) -> dict[str, Any]:
    return {
        "at": entry.at.isoformat(),
        "kind": entry.kind,
        "method": entry.method,
        "reference": entry.reference,
        "amount": amount_text(entry.amount, entry.currency),
        "currency": entry.currency,
    }


def _invoice(invoice: Invoice) -> dict[str, Any]:
    return {
        "number": invoice.number,
        "kind": invoice.kind,
        "issued": invoice.issue_date.isoformat(),
        "buyer": asdict(InvoiceAddress.from_text(invoice.buyer)),
        "gross": amount_text(invoice.gross, invoice.currency),
        "currency": invoice.currency,
    }
