"""Invoices in the terms of EN 16931, the European norm of electronic invoices.

A term has a number: BT-5 is the currency, BG-25 are the lines. What is made here is what factur-x
takes: dates, and text for all else, also for numbers, which it would round on its own.

The norm counts in two decimals. Of a currency with three, each line is rounded by itself and so is
what is due; the difference is stated as rounding (BT-114). A price is no less than nothing, so
what lowers an invoice has a quantity below zero. A credit note states what is given back, so its
amounts have the opposite sign of ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext, gettext_noop

from bookyflow.billing.addresses import InvoiceAddress
from bookyflow.billing.html import Words
from bookyflow.billing.models import Invoice, InvoiceKind, InvoiceLine
from bookyflow.billing.settlement import Settlement
from bookyflow.core.errors import DomainError
from bookyflow.core.languages import readable, texts_in
from bookyflow.core.money import unit
from bookyflow.core.places import country_code, plain_region, region

Terms = dict[str, Any]

CENT = Decimal("0.01")
ZERO = Decimal(0)
INVOICE, CREDIT_NOTE = "380", "381"
TAXED, EXEMPT = "S", "E"
PIECE = "C62"  # of anything: nights, breakfasts, rooms
# The norm's lists have Greece as VAT numbers have it, and a code of its own for Kosovo.
COUNTRIES = {"XK": "1A"}
VAT_PREFIXES = {"EL", "XI"}
NOT_OF_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

MISSING = {
    "seller.name": gettext_noop(
        "The seller's name is missing: set it in the property's settings, under Invoices."
    ),
    "seller.vat_number": gettext_noop(
        "The seller's VAT number is missing: set it in the property's settings, under Invoices."
    ),
    "seller.street": gettext_noop(
        "The seller's street is missing: set it in the property's settings, under Invoices."
    ),
    "seller.town": gettext_noop(
        "The seller's town is missing: set it in the property's settings, under Invoices."
    ),
    "seller.country": gettext_noop(
        "The seller's country is missing: set it in the property's settings, under Invoices."
    ),
    "buyer.name": gettext_noop(
        "The buyer's name is missing: set the name of the booking's guest. Of an old invoice it "
        "has been forgotten for good."
    ),
    "buyer.country": gettext_noop(
        "The buyer's country is missing: set it in the address of the booking's guest."
    ),
}
WITHOUT_COUNTRY = {
    "seller.vat_number": gettext_noop(
        "The seller's VAT number has to begin with the two letters of a country, as DE123456789 "
        "does: correct it in the property's settings, under Invoices."
    ),
    "buyer.vat_number": gettext_noop(
        "The buyer's VAT number has to begin with the two letters of a country, as DE123456789 "
        "does: correct it in the guest book."
    ),
}


@dataclass(frozen=True)
class Sums:
    """The amounts of a document as it states them, in cents; `exact` is what is due to us."""

    net: Decimal
    tax: Decimal
    paid: Decimal
    exact: Decimal

    @property
    def gross(self) -> Decimal:
        """With tax."""
        return self.net + self.tax

    @property
    def due(self) -> Decimal:
        """What is left to pay."""
        return cents(self.exact)

    @property
    def rounding(self) -> Decimal:
        """What is due beyond the sums above it; of a currency with three decimals only."""
        return self.due - (self.gross - self.paid)


def business_terms(
    invoice: Invoice, lines: Sequence[InvoiceLine], standing: Settlement | None
) -> Terms:
    """An invoice or credit note in the norm's terms, by their numbers; no query.

    `invoice` is there with its booking and what it corrects or is cancelled by; `standing` is what
    is paid of it, None of what nobody pays. Raises DomainError `einvoice_refused`, whose `fields`
    say what is missing.
    """
    seller = InvoiceAddress.from_text(invoice.seller)
    buyer = InvoiceAddress.from_text(invoice.buyer)
    _check_parties(seller, buyer)
    _check_taxes(lines)
    with texts_in(readable(invoice.language)):
        return {
            "BT-1": plain_text(invoice.number),
            "BT-2": invoice.issue_date,
            "BT-3": CREDIT_NOTE if invoice.kind == InvoiceKind.CREDIT_NOTE else INVOICE,
            "BT-5": invoice.currency,
            "BT-9": invoice.due_date,
            "BT-14": invoice.booking.number,
            "BT-72": invoice.departure,
            "BT-73": invoice.arrival,
            "BT-74": invoice.departure,
            "BG-1": _notes(invoice),
            "BG-3": _preceding(invoice.corrects),
            "BG-4": _party(seller),
            "BG-7": _party(buyer),
            **_amounts(invoice, lines, standing),
        }


def cents(amount: Decimal) -> Decimal:
    """Half up to two decimals, as many as the norm has whatever the currency."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def plain_text(value: str) -> str:
    """A text on one line, without what XML cannot hold."""
    return " ".join(NOT_OF_XML.sub("", value).split())


def vat_identifier(number: str) -> str:
    """A VAT number without blanks and in capitals."""
    return "".join(plain_text(number).split()).upper()


def _amounts(invoice: Invoice, lines: Sequence[InvoiceLine], standing: Settlement | None) -> Terms:
    sign = -1 if invoice.kind == InvoiceKind.CREDIT_NOTE else 1
    taxes = [_tax(rate, lines, sign) for rate in sorted({one.tax_rate for one in lines})]
    sums = Sums(
        net=sum((cents(line.net * sign) for line in lines), ZERO),
        tax=sum((Decimal(tax["BT-117"]) for tax in taxes), ZERO),
        paid=cents(standing.paid) if standing else ZERO,
        exact=standing.outstanding if standing else invoice.gross * sign,
    )
    return {
        "BG-23": taxes,
        "BG-25": [_line(line, sign) for line in lines],
        "BT-106": _stated(sums.net),
        "BT-109": _stated(sums.net),
        "BT-110": _stated(sums.tax),
        "BT-112": _stated(sums.gross),
        "BT-113": _stated(sums.paid) if sums.paid else None,
        "BT-114": _stated(sums.rounding) if sums.rounding else None,
        "BT-115": _stated(sums.due),
    }


def _line(line: InvoiceLine, sign: int) -> Terms:
    net = cents(line.net * sign)
    quantity = max(line.quantity, 1)
    return {
        "BT-126": str(line.position),
        "BT-129": str(-quantity if net < 0 else quantity),
        "BT-130": PIECE,
        "BT-131": _stated(net),
        "BT-134": line.first_night,
        "BT-135": line.last_night,
        **_price(abs(net), quantity),
        "BT-151": _category(line.tax_rate),
        "BT-152": _percent(line.tax_rate),
        "BT-153": plain_text(line.description) or line.kind,
    }


def _price(net: Decimal, quantity: int) -> Terms:
    """The price of one, or, where that has more than two decimals, of so many together.

    So price times quantity is the line's amount, to the cent and for whoever reckons.
    """
    one = cents(net / quantity)
    if one * quantity == net:
        return {"BT-146": _stated(one)}
    return {"BT-146": _stated(net), "BT-149": str(quantity)}


def _tax(rate: Decimal, lines: Sequence[InvoiceLine], sign: int) -> Terms:
    """One rate of the break-down, with the tax that the invoice has: each line rounds its own."""
    of_rate = [line for line in lines if line.tax_rate == rate]
    basis, tax = _taxed(of_rate)
    return {
        "BT-116": _stated(basis * sign),
        "BT-117": _stated(tax * sign),
        "BT-118": _category(rate),
        "BT-119": _percent(rate),
        "BT-120": "" if rate else _reason(of_rate),
    }


def _taxed(of_rate: Sequence[InvoiceLine]) -> tuple[Decimal, Decimal]:
    """What the lines of one rate come to without tax, and their tax."""
    basis = sum((cents(line.net) for line in of_rate), ZERO)
    return basis, cents(sum((line.tax for line in of_rate), ZERO))


def _check_taxes(lines: Sequence[InvoiceLine]) -> None:
    """Raise DomainError `einvoice_refused` where a tax is too far from the rate of its sum.

    The norm allows less than one whole unit, which yen may miss when many lines are rounded.
    """
    for rate in {one.tax_rate for one in lines}:
        basis, tax = _taxed([line for line in lines if line.tax_rate == rate])
        if abs(abs(tax) - cents(abs(basis) * rate / 100)) >= 1:
            told = gettext(
                "The tax at %(rate)s %%, rounded line by line, is too far from the tax of the "
                "sum for an e-invoice."
            )
            raise DomainError("einvoice_refused", told % {"rate": _percent(rate)})


def _category(rate: Decimal) -> str:
    # What is outside the scope of VAT, as city tax, may not stand beside what is taxed (BR-O-11).
    return TAXED if rate else EXEMPT


def _reason(exempt: Sequence[InvoiceLine]) -> str:
    """Why there is no tax: as the property's tax of that rate is called."""
    named = (plain_text(line.tax_description) for line in exempt)
    return next(filter(None, named), gettext("No VAT is charged."))


def _party(address: InvoiceAddress) -> Terms:
    found = region(address.region)
    country = country_code(address.country)
    contact = {"phone": plain_text(address.phone), "email": plain_text(address.email)}
    return {
        "name": plain_text(address.name),
        "addr_l1": plain_text(f"{address.house} {address.street}"),
        "city": plain_text(address.town),
        "postcode": plain_text(address.postcode),
        "country_subdivision": plain_region(found.name) if found else plain_text(address.region),
        "country_code": COUNTRIES.get(country, country),
        "contacts": [contact] if any(contact.values()) else [],
        "vat_identifier": vat_identifier(address.vat_number),
    }


def _check_parties(seller: InvoiceAddress, buyer: InvoiceAddress) -> None:
    """Raise DomainError `einvoice_refused` with a sentence for each thing that is not known."""
    told = {"seller": seller, "buyer": buyer}
    problems = {}
    for sentences, fails in ((MISSING, _is_missing), (WITHOUT_COUNTRY, _is_without_country)):
        for field, sentence in sentences.items():
            side, _, name = field.partition(".")
            if fails(name, getattr(told[side], name)):
                problems[field] = [gettext(sentence)]
    if problems:
        raise DomainError("einvoice_refused", fields=problems)


def _is_missing(name: str, value: str) -> bool:
    return not (country_code(value) if name == "country" else plain_text(value))


def _is_without_country(_name: str, number: str) -> bool:
    prefix = vat_identifier(number)[:2]
    if not prefix or prefix in VAT_PREFIXES:
        return False
    return prefix in COUNTRIES or country_code(prefix) != prefix


def _preceding(corrected: Invoice | None) -> list[Terms]:
    if corrected is None:
        return []
    return [{"BT-25": plain_text(corrected.number), "BT-26": corrected.issue_date}]


def _notes(invoice: Invoice) -> list[Terms]:
    words = Words(language=readable(invoice.language), currency=invoice.currency)
    notes = []
    if note := invoice.cancelled_by:
        told = gettext("Cancelled by credit note %(number)s of %(day)s. Nothing is to be paid.")
        notes.append(told % {"number": plain_text(note.number), "day": words.day(note.issue_date)})
    if unit(invoice.currency) < CENT:
        told = gettext("Rounded to two decimals; the exact total is %(amount)s.")
        notes.append(told % {"amount": words.amount(abs(invoice.gross))})
    return [{"BT-22": note} for note in notes]


def _stated(amount: Decimal) -> str:
    """An amount in cents as text; nothing has no sign, which a validator takes for another."""
    return f"{amount or ZERO:.2f}"


def _percent(rate: Decimal) -> str:
    return f"{rate.normalize():f}"
