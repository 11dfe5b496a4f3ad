"""Invoices as PDF: the sheet of billing.html, set by WeasyPrint, which a site may do without."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from django.apps.config import AppConfig
from django.core.checks import CheckMessage, Warning  # noqa: A004  # Django's name

from bookyflow.billing.html import invoice_html
from bookyflow.billing.models import Invoice
from bookyflow.core.errors import DomainError

HINT = (
    "Install requirements.txt, which has WeasyPrint, and what that needs: on Debian the packages "
    "libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0, and a font such as fonts-dejavu-core."
)


def invoice_pdf(invoice: Invoice, *, variant: str | None = None) -> bytes:
    """The invoice as a PDF, in a variant such as pdf/a-3b where one is asked for.

    Raises DomainError `pdf_unavailable` where none can be made.
    """
    try:
        weasyprint = _weasyprint()
    except (ImportError, OSError):
        raise DomainError("pdf_unavailable") from None
    # Whatever a guest or a property is called, nothing is fetched for it.
    nothing = weasyprint.URLFetcher(allowed_protocols=())
    page = weasyprint.HTML(string=invoice_html(invoice), url_fetcher=nothing)
    pdf: bytes = page.write_pdf(pdf_variant=variant)
    return pdf


def pdf_fault() -> str:
    """Why no PDF can be made; "" where it can."""
    try:
        _weasyprint()
    except (ImportError, OSError) as error:  # the package, or a library that it loads
        return str(error).partition("\n")[0]
    return ""


def pdf_can_be_made(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Warn where invoices cannot be made into PDFs."""
    fault = pdf_fault()
    told = f"There are no PDFs of invoices: {fault}."
    return [Warning(told, hint=HINT, id="billing.W001")] if fault else []


def _weasyprint() -> Any:
    # Not before it is needed: loading it takes a second, and Pango with it.
    found = import_module("weasyprint")
    # It lets Pillow take half pictures for whole ones, in the whole process: we refuse them.
    image_file: Any = import_module("PIL.ImageFile")
    image_file.LOAD_TRUNCATED_IMAGES = False
    return found
