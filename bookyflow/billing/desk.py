"""Bookings as the front desk sees them: with rooms, account, payments and invoices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import F, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import JSONObject

from bookyflow.availability.models import Occupancy
from bookyflow.billing.addresses import InvoiceAddress
from bookyflow.billing.models import Invoice, InvoiceLine, Payment
from bookyflow.billing.selectors import TaxSum, invoice_get, invoice_settlement, tax_summary
from bookyflow.core.acting import SYSTEM
from bookyflow.core.errors import DomainError
from bookyflow.reservations.amendments.apply import booking_amend
from bookyflow.reservations.amendments.changes import Amendment
from bookyflow.reservations.amendments.moved import MovedStay, moves_watch, stays_moved
from bookyflow.reservations.models import Booking, BookingKind
from bookyflow.reservations.selectors import booking_find


@dataclass(frozen=True)
class AmendmentPreview:
    """A booking as it would be, what it costs as it is, and which stays get another room for it."""

    booking: Booking
    total_before: Decimal
    moved: Sequence[MovedStay] = ()

    @property
    def difference(self) -> Decimal:
        """What the change would cost; negative: it would be cheaper."""
        return self.booking.total - self.total_before


@dataclass(frozen=True)
class InvoiceSheet:
    """An invoice or credit note with all that is on it; `paid` is None for what nobody pays."""

    invoice: Invoice
    seller: InvoiceAddress
    buyer: InvoiceAddress
    lines: Sequence[InvoiceLine]
    taxes: Sequence[TaxSum]
    paid: Decimal | None
    outstanding: Decimal | None

    @property
    def currency(self) -> str:
        """That of all its amounts."""
        return self.invoice.currency


def invoice_sheet(*, property_id: int, invoice_id: int) -> InvoiceSheet:
    """One invoice of a property; three queries. Raises DomainError `invoice_not_found`."""
    invoice = invoice_get(property_id=property_id, invoice_id=invoice_id)
    lines = list(invoice.lines.all())
    settlement = invoice_settlement(invoice)
    return InvoiceSheet(
        invoice=invoice,
        seller=InvoiceAddress.from_text(invoice.seller),
        buyer=InvoiceAddress.from_text(invoice.buyer),
        lines=lines,
        taxes=tax_summary(lines),
        paid=settlement.paid if settlement else None,
        outstanding=settlement.outstanding if settlement else None,
    )


def invoice_to_print(*, property_id: int, invoice_id: int) -> Invoice:
    """One invoice with what its page names; two queries. Raises DomainError `invoice_not_found`."""
    found = Invoice.objects.filter(pk=invoice_id, property=property_id)
    of_it = ("booking", "corrects", "cancelled_by", "property__settings")
    invoice = found.select_related(*of_it).prefetch_related("lines").first()
    if invoice is None:
        raise DomainError("invoice_not_found")
    return invoice


def amendment_preview(
    *, booking_id: int, property_id: int, amendment: Amendment
) -> AmendmentPreview:
    """What a booking would become: it is changed, read and changed back. Raises as `booking_amend`.

    The ids of what is new belong to nothing afterwards.
    """
    place: dict[str, Any] = {"property_id": property_id, "booking_id": booking_id}
    with transaction.atomic():
        before = booking_find(**place).total
        since = moves_watch(property_id=property_id)
        booking_amend(**place, **vars(amendment), by=SYSTEM)
        found = desk_booking(**place)
        moved = stays_moved(property_id=property_id, since=since)
        transaction.set_rollback(True)
    return AmendmentPreview(found, before, moved)


def booking_invoices(*, property_id: int, booking_id: int) -> QuerySet[Invoice]:
    """What was issued for a booking, oldest first. Raises DomainError `booking_not_found`."""
    booking = booking_find(property_id=property_id, booking_id=booking_id)
    return booking.invoices.order_by("sequence")


def desk_booking_list(
    *,
    property_id: int,
    status: str = "",
    arrival: date | None = None,
    departure: date | None = None,
) -> QuerySet[Booking]:
    """Bookings of a property by arrival, each with its rooms as `rooms_held`; one query.

    Only in one state, arriving on one day or leaving on one, where that is given.
    """
    wanted = Q(property=property_id, kind=BookingKind.BOOKING)
    if status:
        wanted &= Q(state=status)
    if arrival:
        wanted &= Q(arrival=arrival)
    if departure:
        wanted &= Q(departs_on=departure)
    held = Occupancy.objects.filter(booking=OuterRef("pk")).order_by("room__number", "room")
    rooms = held.values(
        json=JSONObject(
            room_id="room",
            number="room__number",
            name="room__name",
            room_type_id="room_type",
            room_type="room_type__name",
        )
    )
    found = Booking.objects.filter(wanted).annotate(rooms_held=ArraySubquery(rooms))
    return found.order_by("arrival", "pk")


def desk_booking(*, property_id: int, booking_id: int) -> Booking:
    """One booking with all that belongs to it; five queries.

    Its payments have the id of their reversal as `reversal_id`. Raises DomainError
    `booking_not_found`.
    """
    payments = Payment.objects.annotate(reversal_id=F("reversed_by")).order_by("pk")
    found = (
        desk_booking_list(property_id=property_id)
        .filter(pk=booking_id)
        .select_related("security_deposit")
        .prefetch_related(
            "lines",
            "notes",
            Prefetch("payments", payments),
            Prefetch("invoices", Invoice.objects.order_by("sequence")),
        )
        .first()
    )
    if found is None:
        raise DomainError("booking_not_found")
    return found
