"""Making an invoice or credit note of lines of a booking, whose row the caller has locked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from bookyflow.billing import sql
from bookyflow.billing.addresses import buyer_of, seller_of
from bookyflow.billing.models import Invoice, InvoiceKind, InvoiceLine, InvoiceStatus
from bookyflow.core.acting import Actor
from bookyflow.core.database import connection
from bookyflow.core.languages import texts_in
from bookyflow.pricing import wording
from bookyflow.pricing.lines import LineKind
from bookyflow.properties.models import Property, PropertySettings
from bookyflow.reservations.models import Booking, BookingLine
from bookyflow.tariffs.models import TaxRate

ZERO = Decimal(0)
FALLBACK_LANGUAGE = "en-GB"


def issue(
    booking: Booking, lines: Sequence[BookingLine], *, corrects: Invoice | None, by: Actor
) -> Invoice:
    """Issue an invoice of unbilled lines, or a credit note when it `corrects` one.

    The lines are billed with it. A credit note goes from and to whom the invoice went, in its
    language, whatever became of the property and the guest. What the lines say is written in that
    language, once for ever. The number is taken when all else is
    known: nothing that follows in the transaction can wait for a lock of somebody who waits for
    the number.
    """
    prop = booking.property
    taxes = _taxes({line.tax_rate for line in lines})
    billed = _taxes_billed(lines)
    BookingLine.objects.filter(pk__in=[line.pk for line in lines]).update(billed=True)
    invoice = _insert(
        prop,
        booking=booking,
        kind=InvoiceKind.CREDIT_NOTE if corrects else InvoiceKind.INVOICE,
        corrects=corrects,
        currency=booking.currency,
        **_days(booking, lines, corrects),
        **(_as_in(corrects) if corrects else _as_of_now(booking)),
        net=sum((line.net for line in lines), ZERO),
        tax=sum((line.tax for line in lines), ZERO),
        gross=sum((line.gross for line in lines), ZERO),
        user_id=by.user_id,
        key_id=by.key_id,
    )
    with texts_in(invoice.language):
        InvoiceLine.objects.bulk_create(
            _line(
                invoice,
                position,
                line,
                billed.get(line.reverses_id) or taxes.get(line.tax_rate, ("", "")),
            )
            for position, line in enumerate(lines, start=1)
        )
    return invoice


def number_text(settings: PropertySettings, sequence: int, on: date) -> str:
    """What people quote: the property's pattern filled in, or the running number alone.

    A pattern that lacks the running number gets it at its end: no two invoices share a number.
    """
    pattern = settings.invoice_pattern if settings.numbers_invoices_by_pattern else "{N}"
    if "{N}" not in pattern:
        pattern += "{N}"
    parts = {"{Y}": f"{on:%Y}", "{D}": f"{on:%Y%m%d}", "{N}": str(sequence)}
    for mark, text in parts.items():
        pattern = pattern.replace(mark, text)
    return pattern


def _days(
    booking: Booking, lines: Sequence[BookingLine], corrects: Invoice | None
) -> dict[str, date]:
    """The days of the stay that the lines are for: what only takes back is for those of then."""
    if corrects and all(line.reverses_id for line in lines):
        return {"arrival": corrects.arrival, "departure": corrects.departure}
    return {"arrival": booking.arrival, "departure": booking.departs_on}


def _as_of_now(booking: Booking) -> dict[str, str]:
    prop = booking.property
    return {
        "language": booking.language or prop.settings.language or FALLBACK_LANGUAGE,
        "seller": seller_of(prop).to_text(),
        "buyer": buyer_of(booking).to_text(),
    }


def _as_in(invoice: Invoice) -> dict[str, str]:
    return {"language": invoice.language, "seller": invoice.seller, "buyer": invoice.buyer}


def _insert(prop: Property, **fields: object) -> Invoice:
    settings = prop.settings
    issued_at, issue_date = timezone.now(), settings.today()
    is_invoice = fields["kind"] == InvoiceKind.INVOICE
    due = timedelta(days=settings.invoice_due_days) if is_invoice else timedelta()
    sequence = _next_number(prop)
    return Invoice.objects.create(
        property=prop,
        sequence=sequence,
        number=number_text(settings, sequence, issue_date),
        issued_at=issued_at,
        issue_date=issue_date,
        due_date=issue_date + due,
        # A credit note needs no payment.
        status=InvoiceStatus.UNPAID if is_invoice else InvoiceStatus.PAID,
        paid_at=None if is_invoice else issued_at,
        **fields,
    )


def _next_number(prop: Property) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.NEXT_NUMBER,
            {"property_id": prop.pk, "first": prop.settings.invoice_first_number},
        )
        (number,) = cursor.fetchone()
    return int(number)


def _taxes(rates: Iterable[Decimal]) -> dict[Decimal, tuple[str, str]]:
    """Code and description by rate, for rates that stand for one tax only."""
    found: dict[Decimal, list[tuple[str, str]]] = {}
    for tax in TaxRate.objects.filter(rate__in=rates):
        found.setdefault(tax.rate, []).append((tax.code, tax.description))
    return {rate: taxes[0] for rate, taxes in found.items() if len(taxes) == 1}


def _taxes_billed(lines: Iterable[BookingLine]) -> dict[int | None, tuple[str, str]]:
    """Code and description by the id of a line that is taken back, as the invoice named them."""
    taken_back = {line.reverses_id for line in lines if line.reverses_id}
    if not taken_back:
        return {}
    rows = InvoiceLine.objects.filter(booking_line__in=taken_back)
    return {row.booking_line_id: (row.tax_code, row.tax_description) for row in rows}


def _line(invoice: Invoice, position: int, line: BookingLine, tax: tuple[str, str]) -> InvoiceLine:
    code, description = tax
    return InvoiceLine(
        invoice=invoice,
        booking_line=line,
        position=position,
        kind=line.kind,
        description=_description(invoice, line),
        first_night=line.first_night,
        last_night=line.last_night,
        quantity=line.quantity,
        unit=line.unit,
        net=line.net,
        tax_rate=line.tax_rate,
        tax_code=code,
        tax_description=description,
        tax=line.tax,
        gross=line.gross,
    )


def _description(invoice: Invoice, line: BookingLine) -> str:
    """What a line says. Of a service nothing that was typed, once its buyer is forgotten."""
    is_forgotten = invoice.corrects is not None and not invoice.buyer
    if is_forgotten and line.kind == LineKind.SERVICE:
        return wording.description(LineKind.SERVICE, "", {})
    return line.description
