"""Invoices and credit notes: the list, each of them, on paper; and taking one back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from bookyflow.accounts.models import AccessLevel
from bookyflow.billing.desk import InvoiceSheet, invoice_sheet, invoice_to_print
from bookyflow.billing.einvoice import invoice_facturx, invoice_xml
from bookyflow.billing.html import content_policy, invoice_html
from bookyflow.billing.invoicing import invoice_cancel
from bookyflow.billing.models import Invoice, InvoiceKind, InvoiceStatus
from bookyflow.billing.pdf import invoice_pdf
from bookyflow.billing.selectors import invoice_list, invoices_for
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import Property
from bookyflow.web.bookings.words import INVOICE_STATES
from bookyflow.web.fields import DayField
from bookyflow.web.forms import PageForm
from bookyflow.web.listing import listed
from bookyflow.web.pages import (
    actor_of,
    form_methods,
    guest_data_read,
    own_page,
    problems_of,
    property_page,
    user_of,
)


class InvoiceFilter(PageForm):
    """Which invoices are listed."""

    number = forms.CharField(
        label=gettext_lazy("Number, also of the booking"), required=False, max_length=200
    )
    state = forms.TypedChoiceField(
        label=gettext_lazy("State"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", gettext_lazy("All")), *INVOICE_STATES.items()],
    )
    first = DayField(label=gettext_lazy("Issued from"), required=False)
    last = DayField(label=gettext_lazy("Issued until"), required=False)

    def wanted(self) -> dict[str, Any]:
        """What the selector is asked for; nothing of what was at fault."""
        told = self.cleaned_data
        state = told.get("state")
        return {
            "number": told.get("number", "").strip(),
            "statuses": [] if state is None else [state],
            "first": told.get("first"),
            "last": told.get("last"),
        }


@property_page()
@require_safe
def invoice_list_page(request: HttpRequest, prop: Property) -> HttpResponse:
    """The invoices and credit notes of a property, newest first."""
    form = InvoiceFilter(request.GET, auto_id="filter_%s")
    form.is_valid()
    return render(
        request,
        "web/invoices/list.html",
        invoices_shown(request, prop, form),
        status=form.http_status,
    )


def invoices_shown(request: HttpRequest, prop: Property, form: InvoiceFilter) -> dict[str, Any]:
    """What the list shows: here names of guests are read."""
    rows = invoice_list(property_id=prop.pk, **form.wanted())
    page = listed(request, rows.select_related("booking"))
    guest_data_read(request, prop, [one.booking.guest_id for one in page["listed"]])
    return {"prop": prop, "form": form, "is_filtered": form.has_changed(), **page}


@property_page()
@require_safe
def invoice(request: HttpRequest, prop: Property, invoice_id: int) -> HttpResponse:
    """One invoice or credit note."""
    return render(request, "web/invoices/invoice.html", invoice_shown(request, prop, invoice_id))


@property_page(AccessLevel.MANAGER)
@form_methods
def invoice_cancel_page(request: HttpRequest, prop: Property, invoice_id: int) -> HttpResponse:
    """Ask, then take an invoice back by a credit note."""
    shown = invoice_shown(request, prop, invoice_id)
    if request.method != "POST":
        return render(request, "web/invoices/cancel.html", shown)
    try:
        note = invoice_cancel(property_id=prop.pk, invoice_id=invoice_id, by=actor_of(request))
    except DomainError as error:
        for problem in problems_of(error):
            messages.error(request, problem)
        return redirect("web:invoice", prop.pk, invoice_id)
    told = _("The invoice is taken back by credit note %(number)s.")
    messages.success(request, told % {"number": note.number})
    return redirect("web:invoice", prop.pk, note.pk)


@property_page()
@require_safe
def pdf(request: HttpRequest, prop: Property, invoice_id: int) -> HttpResponse:
    """The sheet as a PDF, to be stored."""
    return _file(request, prop, invoice_id, invoice_pdf, "application/pdf")


@property_page()
@require_safe
def facturx(request: HttpRequest, prop: Property, invoice_id: int) -> HttpResponse:
    """The e-invoice in a PDF, to be sent."""
    return _file(request, prop, invoice_id, invoice_facturx, "application/pdf")


@property_page()
@require_safe
def xml(request: HttpRequest, prop: Property, invoice_id: int) -> HttpResponse:
    """The e-invoice as XML, to be sent."""
    return _file(request, prop, invoice_id, invoice_xml, "application/xml")


def _file(
    request: HttpRequest,
    prop: Property,
    invoice_id: int,
    made: Callable[[Invoice], bytes],
    kind: str,
) -> HttpResponse:
    """The invoice as a file of a kind; its page with the reasons where none can be made."""
    try:
        found = invoice_to_print(property_id=prop.pk, invoice_id=invoice_id)
    except DomainError:
        raise Http404 from None
    guest_data_read(request, prop, [found.booking.guest_id])
    try:
        content = made(found)
    except DomainError as error:
        for problem in problems_of(error):
            messages.error(request, problem)
        if error.fields:
            messages.info(
                request, _("An issued invoice stays as it is: take it back and issue it again.")
            )
        return redirect("web:invoice", prop.pk, invoice_id)
    name = f'attachment; filename="invoice-{found.sequence}.{kind.rpartition("/")[2]}"'
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": name})


@own_page
@require_safe
def invoice_print(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """One invoice or credit note as a sheet of paper, for staff of its property."""
    found = get_object_or_404(invoices_for(user=user_of(request)), pk=invoice_id)
    guest_data_read(request, found.property, [found.booking.guest_id])
    return HttpResponse(invoice_html(found), headers={"Content-Security-Policy": content_policy()})


def invoice_shown(request: HttpRequest, prop: Property, invoice_id: int) -> dict[str, Any]:
    """What the page of an invoice shows: here the buyer is read. Raises Http404."""
    try:
        sheet: InvoiceSheet = invoice_sheet(property_id=prop.pk, invoice_id=invoice_id)
    except DomainError:
        raise Http404 from None
    found = sheet.invoice
    guest_data_read(request, prop, [found.booking.guest_id])
    is_live = found.kind == InvoiceKind.INVOICE and found.status != InvoiceStatus.CANCELLED
    return {
        "prop": prop,
        "sheet": sheet,
        "invoice": found,
        "may_cancel": is_live and user_of(request).access_level >= AccessLevel.MANAGER,
    }
