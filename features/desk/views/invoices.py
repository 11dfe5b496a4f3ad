from __future__ import annotations

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.billing.desk import booking_invoices, invoice_sheet, invoice_to_print
from bookyflow.billing.einvoice import invoice_facturx, invoice_xml
from bookyflow.billing.html import content_policy, invoice_html
from bookyflow.billing.invoicing import invoice_cancel, invoice_issue
from bookyflow.billing.pdf import invoice_pdf
from features.desk.contract import IN_STATE, change, read
from features.desk.serializers.bookings import BookedInvoiceOut
from features.desk.serializers.invoices import InvoiceSheetOut
from features.desk.views.base import DeskView

NOT_FOUND = ("invoice_not_found",)
NO_EINVOICE = (*NOT_FOUND, "einvoice_refused", "einvoice_unavailable")


class BookingInvoices(DeskView):
    """What is issued for a booking."""

    @read(scope="invoices_get", key="invoices", returns=BookedInvoiceOut(many=True))
    def list_invoices(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """List the invoices and credit notes of a booking, oldest first."""
        return self.reply(booking_invoices(**self.place))

    @change(
        scope="invoices_set",
        key="invoice",
        returns=InvoiceSheetOut(),
        status=201,
        raises=(*IN_STATE, "nothing_to_bill", "invoice_number_taken"),
    )
    def issue_invoice(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Issue what is not on an invoice yet of a booking.

        It is a credit note when more was taken back than added since the last one. Numbers have
        no gaps. What has been paid for the booking pays its invoices, the oldest first.
        """
        issued = invoice_issue(**self.here)
        return self.priced(invoice_sheet(property_id=property_uid, invoice_id=issued.pk))


class Invoices(DeskView):
    """Invoices as they were issued; they never change."""

    @read(scope="invoices_get", key="invoice", returns=InvoiceSheetOut(), raises=NOT_FOUND)
    def read_invoice(self, request: Request, property_uid: int, invoice_uid: int) -> Response:
        """Read an invoice or credit note. Who buys needs the scope guests_get as well."""
        return self.priced(invoice_sheet(property_id=property_uid, invoice_id=invoice_uid))

    @read(
        scope="invoices_get",
        key="invoice",
        returns=serializers.CharField(),
        media="text/html",
        raises=NOT_FOUND,
    )
    def read_invoice_html(
        self, request: Request, property_uid: int, invoice_uid: int
    ) -> HttpResponse:
        """Read an invoice as a page for printing, in its own language and in one file.

        Needs the scope guests_get as well, since it says who buys.
        """
        invoice = invoice_to_print(property_id=property_uid, invoice_id=invoice_uid)
        self.need("guests_get")
        policy = {"Content-Security-Policy": content_policy()}
        return self.reply_file(invoice_html(invoice), headers=policy)

    @read(
        scope="invoices_get",
        key="invoice",
        returns=serializers.CharField(),
        media="application/pdf",
        raises=(*NOT_FOUND, "pdf_unavailable"),
    )
    def read_invoice_pdf(
        self, request: Request, property_uid: int, invoice_uid: int
    ) -> HttpResponse:
        """Read an invoice as a PDF, in its own language.

        Needs the scope guests_get as well. Where the site cannot make PDFs the refusal is
        `pdf_unavailable`.
        """
        invoice = invoice_to_print(property_id=property_uid, invoice_id=invoice_uid)
        self.need("guests_get")
        return self.reply_file(invoice_pdf(invoice))

    @read(
        scope="invoices_get",
        key="invoice",
        returns=serializers.CharField(),
        media="application/xml",
        raises=NO_EINVOICE,
    )
    def read_invoice_xml(
        self, request: Request, property_uid: int, invoice_uid: int
    ) -> HttpResponse:
        """Read an invoice as an e-invoice: XML of EN 16931, in the syntax CII.

        Needs the scope guests_get as well. What the invoice lacks is named in `fields`.
        """
        invoice = invoice_to_print(property_id=property_uid, invoice_id=invoice_uid)
        self.need("guests_get")
        return self.reply_file(invoice_xml(invoice))

    @read(
        scope="invoices_get",
        key="invoice",
        returns=serializers.CharField(),
        media="application/pdf",
        raises=(*NO_EINVOICE, "pdf_unavailable"),
    )
    def read_invoice_facturx(
        self, request: Request, property_uid: int, invoice_uid: int
    ) -> HttpResponse:
        """Read an invoice as an e-invoice in a PDF: Factur-X, which ZUGFeRD is as well.

        A PDF/A-3 for people that holds the XML for programs. Needs the scope guests_get as well.
        """
        invoice = invoice_to_print(property_id=property_uid, invoice_id=invoice_uid)
        self.need("guests_get")
        return self.reply_file(invoice_facturx(invoice))

    @change(
        scope="invoices_set",
        key="invoice",
        returns=InvoiceSheetOut(),
        versioned=None,
        raises=(*NOT_FOUND, "invoice_state"),
    )
    def cancel_invoice(self, request: Request, property_uid: int, invoice_uid: int) -> Response:
        """Take a wrong invoice back with a credit note of all its lines, which is the answer.

        The booking's account stays as it is: correct it and issue again. Twice is once.
        """
        note = invoice_cancel(property_id=property_uid, invoice_id=invoice_uid, by=self.actor)
        return self.priced(invoice_sheet(property_id=property_uid, invoice_id=note.pk))
