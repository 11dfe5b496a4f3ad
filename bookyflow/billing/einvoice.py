"""E-invoices: the XML of EN 16931 by itself, and within a PDF/A-3 (Factur-X, ZUGFeRD).

factur-x writes them, which a site may do without.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from django.apps.config import AppConfig
from django.core.checks import CheckMessage, Warning  # noqa: A004  # Django's name

from bookyflow.billing.addresses import InvoiceAddress
from bookyflow.billing.en16931 import Terms, business_terms, plain_text
from bookyflow.billing.models import Invoice
from bookyflow.billing.pdf import invoice_pdf
from bookyflow.billing.selectors import invoice_settlement
from bookyflow.core.errors import DomainError

PROFILE = "en16931"
FLAVOR = "factur-x"
HINT = "Install requirements.txt, which has factur-x."


def invoice_xml(invoice: Invoice) -> bytes:
    """The invoice as XML in the syntax CII, valid against its schema.

    Raises DomainError `einvoice_unavailable` where none can be made, `einvoice_refused` where the
    invoice lacks what one needs.
    """
    _facturx()  # what the site lacks is told before what the invoice lacks
    terms = business_terms(invoice, list(invoice.lines.all()), invoice_settlement(invoice))
    return xml_of(terms)


def xml_of(terms: Terms) -> bytes:
    """The norm's terms as XML. Raises DomainError `einvoice_unavailable`."""
    # The rules beyond the schema (Schematron) would be asked of a server elsewhere.
    written: bytes = _facturx().generate_xml(
        terms, flavor=FLAVOR, level=PROFILE, check_schematron=False
    )
    return written


def invoice_facturx(invoice: Invoice) -> bytes:
    """The invoice as PDF/A-3, with the XML in it. Raises as `invoice_xml` and `invoice_pdf` do."""
    xml = invoice_xml(invoice)
    pdf = invoice_pdf(invoice, variant="pdf/a-3b")
    seller = plain_text(InvoiceAddress.from_text(invoice.seller).name)
    number = plain_text(invoice.number)
    written: bytes = _facturx().generate_from_binary(
        pdf,
        xml,
        flavor=FLAVOR,
        level=PROFILE,
        check_xsd=False,
        afrelationship="alternative",
        lang=invoice.language,
        pdf_metadata={
            "author": seller,
            "keywords": "Factur-X",
            "title": number,
            "subject": f"{seller}: {number}",
        },
    )
    return written


def einvoices_can_be_made(
    app_configs: Sequence[AppConfig] | None, **options: Any
) -> list[CheckMessage]:
    """Warn where invoices cannot be made into e-invoices."""
    try:
        _facturx()
    except DomainError:
        return [Warning("There are no e-invoices.", hint=HINT, id="billing.W002")]
    return []


def _facturx() -> Any:
    # Not before it is needed: most sites make none, and it loads lxml and pypdf.
    try:
        return import_module("facturx")
    except ImportError:
        raise DomainError("einvoice_unavailable") from None
