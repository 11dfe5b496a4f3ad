from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, OuterRef, Q, QuerySet

from bookyflow.accounts.models import User
from bookyflow.billing.models import Invoice, InvoiceKind, InvoiceLine, InvoiceStatus, Payment
from bookyflow.billing.settlement import Settlement, invoices_of, settlements
from bookyflow.core.errors import DomainError
from bookyflow.core.periods import period_check
from bookyflow.properties.access import properties_of
from bookyflow.reservations.models import Booking, BookingKind, BookingState

_OF_AN_INVOICE = (
    "number",
    "kind",
    "status",
    "sequence",
    "issued_at",
    "due_date",
    "paid_at",
    "gross",
    "currency",
    "property",
    "booking",
)
_OF_ITS_BOOKING = tuple(
    f"booking__{name}" for name in ("number", "kind", "state", "currency", "personal", "guest")
)


@dataclass(frozen=True)
class TaxSum:
    """The amounts of an invoice at one rate of tax, in per cent."""

    rate: Decimal
    description: str
    net: Decimal
    tax: Decimal
    gross: Decimal


def invoice_list(
    *,
    property_id: int,
    statuses: Collection[int] = (),
    first: date | None = None,
    last: date | None = None,
    booking_id: int | None = None,
    number: str = "",
) -> QuerySet[Invoice]:
    """Invoices and credit notes of a property, newest first, with booking and lines.

    Only of some statuses, when any are named; only issued from `first` to `last`, both included;
    only those of a `number`, which may be the booking's.
    """
    wanted = Q(property=property_id)
    if statuses:
        wanted &= Q(status__in=statuses)
    if first:
        wanted &= Q(issue_date__gte=first)
    if last:
        wanted &= Q(issue_date__lte=last)
    if booking_id is not None:
        wanted &= Q(booking=booking_id)
    if number:
        wanted &= Q(number__iexact=number) | Q(booking__number__iexact=number)
    return (
        Invoice.objects.filter(wanted)
        .select_related("booking")
        .prefetch_related("lines")
        .order_by("-sequence", "-pk")
    )


def invoice_rows(*, property_id: int) -> QuerySet[Invoice]:
    """As `invoice_list`, with what lists show: no addresses of seller and buyer; two queries."""
    return invoice_list(property_id=property_id).only(*_OF_AN_INVOICE, *_OF_ITS_BOOKING)


def invoice_rows_between(*, property_id: int, start: date, end: date) -> QuerySet[Invoice]:
    """Those of `invoice_rows` that were issued from `start` to `end`, both included.

    Raises DomainError `validation_failed` for a reversed period.
    """
    period_check(start, end)
    return invoice_rows(property_id=property_id).filter(issue_date__range=(start, end))


@dataclass(frozen=True)
class InvoiceDetail:
    """An invoice with its lines, and what is still to be paid of it."""

    invoice: Invoice
    outstanding: Decimal


def invoice_detail(*, property_id: int, invoice_id: int) -> InvoiceDetail:
    """One invoice; nothing is due of a credit note or a cancelled one. Three queries.

    Raises DomainError `invoice_not_found`.
    """
    invoice = invoice_get(property_id=property_id, invoice_id=invoice_id)
    settlement = invoice_settlement(invoice)
    return InvoiceDetail(invoice, settlement.outstanding if settlement else Decimal(0))


def invoice_get(*, property_id: int, invoice_id: int) -> Invoice:
    """One invoice, as in `invoice_list`. Raises DomainError `invoice_not_found`."""
    found = invoice_list(property_id=property_id).filter(pk=invoice_id).first()
    if found is None:
        raise DomainError("invoice_not_found")
    return found


def newest_invoice(*, booking_id: int | OuterRef) -> QuerySet[Invoice]:
    """The newest invoice of a booking, a living one where there is one; no or one row."""
    found = Invoice.objects.filter(booking=booking_id, kind=InvoiceKind.INVOICE)
    is_cancelled = Q(status=InvoiceStatus.CANCELLED)
    return found.alias(is_cancelled=is_cancelled).order_by("is_cancelled", "-sequence")[:1]


def invoices_for(*, user: User) -> QuerySet[Invoice]:
    """The invoices of the properties that a user may work on."""
    return (
        Invoice.objects.filter(property__in=properties_of(user))
        .select_related("booking", "corrects", "cancelled_by")
        .prefetch_related("lines")
    )


def tax_summary(lines: Sequence[InvoiceLine]) -> list[TaxSum]:
    """The lines of an invoice added up by rate of tax, highest first."""
    sums: dict[Decimal, TaxSum] = {}
    for line in lines:
        before = sums.get(line.tax_rate)
        sums[line.tax_rate] = TaxSum(
            line.tax_rate,
            (before.description if before else "") or line.tax_description,
            line.net + (before.net if before else 0),
            line.tax + (before.tax if before else 0),
            line.gross + (before.gross if before else 0),
        )
    return [sums[rate] for rate in sorted(sums, reverse=True)]


def invoice_settlements(booking: Booking) -> list[Settlement]:
    """How much of each invoice of a booking is paid, oldest first; without cancelled ones."""
    return settlements(invoices_of(booking), booking.paid)


def invoice_settlement(invoice: Invoice) -> Settlement | None:
    """How much of an invoice is paid; None for a credit note or a cancelled invoice."""
    found = invoice_settlements(invoice.booking)
    return next((one for one in found if one.invoice.pk == invoice.pk), None)


def balance(booking: Booking) -> Decimal:
    """What the guest still owes of the total; negative when too much was paid. No query."""
    return booking.amount_due()


def payment_list(*, booking_id: int) -> QuerySet[Payment]:
    """Every entry of a booking in order, each with `reversal_id`, the id of its reversal."""
    return Payment.objects.filter(booking=booking_id).annotate(reversal_id=F("reversed_by"))


def balances(*, property_id: int) -> QuerySet[Booking]:
    """Bookings of a property that are not even, by arrival, each with its `balance`.

    Enquiries owe nothing yet. A negative balance is owed to the guest.
    """
    return (
        Booking.objects.filter(property=property_id, kind=BookingKind.BOOKING)
        .exclude(state=BookingState.ENQUIRY)
        .exclude(total=F("paid"))
        .annotate(balance=F("total") - F("paid"))
        .order_by("arrival", "pk")
    )
