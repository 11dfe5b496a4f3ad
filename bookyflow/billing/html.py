"""Invoices and credit notes as sheets of paper: one HTML file with its style, for printing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval
from babel.numbers import format_decimal
from django.template.loader import render_to_string
from django.utils.translation import gettext, gettext_noop

from bookyflow.billing.addresses import InvoiceAddress
from bookyflow.billing.models import (
    Invoice,
    InvoiceKind,
    InvoiceLine,
    Payment,
    PaymentKind,
    PaymentMethod,
)
from bookyflow.billing.selectors import invoice_settlement, payment_list, tax_summary
from bookyflow.core.dates import zone_info
from bookyflow.core.languages import readable, texts_in
from bookyflow.core.money import display
from bookyflow.core.places import country_name, plain_region, region

METHODS = {
    PaymentMethod.CASH: gettext_noop("Cash"),
    PaymentMethod.CARD: gettext_noop("Card"),
    PaymentMethod.BANK_TRANSFER: gettext_noop("Bank transfer"),
    PaymentMethod.CHANNEL: gettext_noop("Paid to the channel"),
    PaymentMethod.OTHER: gettext_noop("Other"),
}


class Words:
    """Dates and amounts as CLDR writes them in the language of an invoice."""

    def __init__(self, *, language: str, currency: str) -> None:
        self.language = language
        self.currency = currency
        try:
            self.locale = Locale.parse(language, sep="-")
        except (UnknownLocaleError, ValueError):
            self.locale = Locale("en", "GB")

    def amount(self, value: Decimal) -> str:
        """An amount with its currency."""
        return display(value, self.currency, self.language)

    def percent(self, rate: Decimal) -> str:
        """A rate of tax: "20%", "7.5%"."""
        return f"{format_decimal(rate.normalize(), locale=self.locale)} %"

    def day(self, value: date) -> str:
        """A date in full."""
        return format_date(value, "long", locale=self.locale)

    def nights(self, first: date | None, last: date | None) -> str:
        """The nights of a line, both included; "" when it is for none."""
        if first is None or last is None:
            return ""
        return format_interval(first, last, "yMMMd", locale=self.locale)


def invoice_html(invoice: Invoice) -> str:
    """A page of its own in A4, which needs no other file; in the invoice's language."""
    language = readable(invoice.language)
    with texts_in(language):
        return _page(invoice, Words(language=language, currency=invoice.currency))


def _page(invoice: Invoice, words: Words) -> str:
    standing = invoice_settlement(invoice)
    lines = list(invoice.lines.all())
    context = {
        "style": _style(),
        "title": gettext("Credit note")
        if invoice.kind == InvoiceKind.CREDIT_NOTE
        else gettext("Invoice"),
        "language": words.language,
        "invoice": invoice,
        "booking": invoice.booking,
        "issued": words.day(invoice.issue_date),
        "due": words.day(invoice.due_date),
        "arrival": words.day(invoice.arrival),
        "departure": words.day(invoice.departure),
        "corrects": _named(invoice.corrects, words),
        "cancelled_by": _named(invoice.cancelled_by, words),
        "seller": _address(InvoiceAddress.from_text(invoice.seller), words),
        "buyer": _address(InvoiceAddress.from_text(invoice.buyer), words),
        "lines": [_line(line, words) for line in lines],
        "taxes": [
            {
                "name": tax.description or gettext("Tax"),
                "rate": words.percent(tax.rate),
                "net": words.amount(tax.net),
                "tax": words.amount(tax.tax),
                "gross": words.amount(tax.gross),
            }
            for tax in tax_summary(lines)
        ],
        "net": words.amount(invoice.net),
        "tax": words.amount(invoice.tax),
        "gross": words.amount(invoice.gross),
        "standing": standing
        and {
            "paid": words.amount(standing.paid),
            "outstanding": words.amount(standing.outstanding),
            "is_settled": not standing.outstanding,
        },
        "payments": _payments(invoice, words) if standing else [],
    }
    return render_to_string("billing/invoice.html", context)


@cache
def content_policy() -> str:
    """The page's Content-Security-Policy: its own style and nothing else; it is one file."""
    digest = hashlib.sha256(_style().encode()).digest()
    style = f"'sha256-{base64.b64encode(digest).decode()}'"
    return f"default-src 'none'; style-src {style}; base-uri 'none'; frame-ancestors 'none'"


@cache
def _style() -> str:
    return render_to_string("billing/invoice.css")


def _address(address: InvoiceAddress, words: Words) -> dict[str, object]:
    street = f"{address.house} {address.street}".strip()
    known = region(address.region)
    place = plain_region(known.name) if known else address.region
    lines = [street, address.town, place, address.postcode]
    lines.append(country_name(address.country, words.language))
    return {
        "name": address.name,
        "lines": [line for line in lines if line],
        "contact": [text for text in (address.phone, address.email) if text],
        "vat_number": address.vat_number,
    }


def _line(line: InvoiceLine, words: Words) -> dict[str, object]:
    return {
        "description": line.description,
        "nights": words.nights(line.first_night, line.last_night),
        "quantity": line.quantity,
        "net": words.amount(line.net),
        "rate": words.percent(line.tax_rate),
        "tax": words.amount(line.tax),
        "gross": words.amount(line.gross),
    }


def _payments(invoice: Invoice, words: Words) -> Sequence[dict[str, object]]:
    """What came in and went back for the booking, without entries that were taken back."""
    zone = invoice.property.settings.time_zone
    return [
        {
            "on": words.day(_local(entry.at, zone)),
            "what": gettext("Refund") if entry.kind == PaymentKind.REFUND else gettext("Payment"),
            "method": gettext(METHODS[PaymentMethod(entry.method)]),
            "reference": entry.reference,
            "amount": words.amount(entry.amount),
        }
        for entry in _kept(invoice)
    ]


def _kept(invoice: Invoice) -> list[Payment]:
    entries = payment_list(booking_id=invoice.booking_id)
    return list(entries.exclude(kind=PaymentKind.REVERSAL).filter(reversed_by__isnull=True))


def _local(moment: datetime, zone: str) -> date:
    return moment.astimezone(zone_info(zone)).date()


def _named(invoice: Invoice | None, words: Words) -> dict[str, str] | None:
    if invoice is None:
        return None
    return {"number": invoice.number, "on": words.day(invoice.issue_date)}
