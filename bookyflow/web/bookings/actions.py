"""What the buttons and small forms of a booking's page do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookyflow.accounts.models import AccessLevel
from bookyflow.billing.invoicing import invoice_issue
from bookyflow.billing.models import InvoiceKind
from bookyflow.billing.payments import payment_record, payment_refund, payment_reverse
from bookyflow.core.errors import DomainError
from bookyflow.messaging.services import Beginning, Words, conversation_start
from bookyflow.properties.models import Property
from bookyflow.reservations.folio_charges import service_add, service_remove
from bookyflow.reservations.front_desk import (
    guest_check_in,
    guest_check_in_undo,
    guest_check_out,
    guest_check_out_undo,
)
from bookyflow.reservations.lifecycle import booking_approve, booking_keep
from bookyflow.reservations.notes import note_delete, note_save
from bookyflow.reservations.security_deposits import security_receive, security_settle
from bookyflow.web.bookings.forms import (
    ChargeForm,
    MessageForm,
    NoteForm,
    PaymentForm,
    SecurityForm,
)
from bookyflow.web.bookings.page import act, booking_or_404
from bookyflow.web.pages import actor_of, problems_of, property_page, reach_of

STEPS: dict[str, Callable[..., object]] = {
    "approve": booking_approve,
    "keep": booking_keep,
    "check_in": guest_check_in,
    "undo_check_in": guest_check_in_undo,
    "check_out": guest_check_out,
    "undo_check_out": guest_check_out_undo,
}
# Refusals that staff may set aside, once they have been told.
ANYWAY = {
    "check_in": ("too_early", "room_occupied"),
    "undo_check_out": ("room_occupied",),
}


def here(request: HttpRequest, prop: Property, booking_id: int) -> dict[str, Any]:
    """Which booking of which property, and who acts, for services."""
    return {"property_id": prop.pk, "booking_id": booking_id, "by": actor_of(request)}


@property_page()
@require_POST
def step(request: HttpRequest, prop: Property, booking_id: int) -> HttpResponse:
    """Take one of the steps that need no page of their own."""
    name = request.POST.get("step", "")
    if name not in STEPS:
        raise Http404
    found = booking_or_404(prop, booking_id)
    override = {"override": True} if name in ANYWAY and "anyway" in request.POST else {}
    try:
        STEPS[name](**here(request, prop, booking_id), **override)
    except DomainError as error:
        if error.key in ANYWAY.get(name, ()):
            shown = {"prop": prop, "booking": found, "step": name, "problems": problems_of(error)}
            return render(request, "web/bookings/anyway.html", shown, status=error.kind.status)
        for problem in problems_of(error):
            messages.error(request, problem)
    else:
        messages.success(request, _done(name))
    return redirect("web:booking", prop.pk, booking_id)


def _done(name: str) -> str:
    told = {
        "approve": _("The enquiry is accepted: it is a booking now."),
        "keep": _("The booking stays, also without its deposit."),
        "check_in": _("The guest is checked in."),
        "undo_check_in": _("The check-in is taken back."),
        "check_out": _("The guest is checked out."),
        "undo_check_out": _("The check-out is taken back."),
    }
    return told[name]


@property_page()
@require_POST
def note_add(request: HttpRequest, prop: Property, booking_id: int) -> HttpResponse:
    """Add a note."""
    form = NoteForm(request.POST, auto_id="note_%s")
    save = partial(note_save, **here(request, prop, booking_id))
    return act(
        request,
        prop,
        booking_id,
        sent={"note": form},
        work=lambda: save(text=form.cleaned_data["note"]),
        told=_("The note is kept."),
    )


@property_page()
@require_POST
def note_remove(
    request: HttpRequest, prop: Property, booking_id: int, note_id: int
) -> HttpResponse:
    """Remove a note."""
    return _simply(
        request,
        prop,
        booking_id,
        partial(note_delete, note_id=note_id, **here(request, prop, booking_id)),
        _("The note is removed."),
    )


@property_page()
@require_POST
def charge_add(request: HttpRequest, prop: Property, booking_id: int) -> HttpResponse:
    """Charge something beside the stay."""
    form = ChargeForm(request.POST, auto_id="charge_%s")
    add = partial(service_add, **here(request, prop, booking_id))
    return act(
        request,
        prop,
        booking_id,
        sent={"charge": form},
        work=lambda: add(**form.charge()),
        told=_("The charge is on the account."),
    )


@property_page()
@require_POST
def charge_void(
    request: HttpRequest, prop: Property, booking_id: int, line_id: int
) -> HttpResponse:
    """Take a charge back."""
    return _simply(
        request,
        prop,
        booking_id,
        partial(service_remove, line_id=line_id, **here(request, prop, booking_id)),
        _("The charge is taken back."),
    )


@property_page()
@require_POST
def payment_add(request: HttpRequest, prop: Property, booking_id: int) -> HttpResponse:
    """Record money that came in."""
    form = PaymentForm(request.POST, auto_id="payment_%s")
    add = partial(payment_record, **here(request, prop, booking_id))
    return act(
        request,
        prop,
        booking_id,
        sent={"payment": form},
        work=lambda: add(**form.cleaned_data),
        told=_("The payment is recorded."),
    )


@property_page()
@require_POST
def refund_add(request: HttpRequest, prop: Property, booking_id: int) -> HttpResponse:
    """Record money that was given back."""
    form = PaymentForm(request.POST, auto_id="refund_%s")
    add = partial(payment_refund, **here(request, prop, booking_id))
    return act(
        request,
        prop,
        booking_id,
        sent={"refund": form},
        work=lambda: add(**form.cleaned_data),
        told=_("The refund is recorded."),
    )


@property_page()
@require_POST
def payment_void(
    request: HttpRequest, prop: Property, booking_id: int, payment_id: int
) -> HttpResponse:
    """Take back an entry that was made in error."""
    return _simply(
        request,
        prop,
        booking_id,
        partial(payment_reverse, payment_id=payment_id, **here(request, prop, booking_id)),
        _("The entry is taken back."),
    )


@property_page()
@require_POST
def security_held(request: HttpRequest, prop: Property, booking_id: int) -> HttpResponse:
    """Note that the security deposit was left."""
    return _simply(
        request,
        prop,
        booking_id,
        partial(security_receive, **here(request, prop, booking_id)),
        _("The security deposit is held."),
    )


@property_page()
@require_POST
def security_returned(request: HttpRequest, prop: Property, booking_id: int) -> HttpResponse:
    """Give the security deposit back, but for what is kept."""
    form = SecurityForm(request.POST, auto_id="security_%s")
    settle = partial(security_settle, **here(request, prop, booking_id))
    return act(
        request,
        prop,
        booking_id,
        sent={"security": form},
        work=lambda: settle(**form.cleaned_data),
        told=_("The security deposit is given back."),
    )


@property_page(AccessLevel.MANAGER)
@require_POST
def invoice_add(request: HttpRequest, prop: Property, booking_id: int) -> HttpResponse:
    """Issue what is not on an invoice yet."""
    booking_or_404(prop, booking_id)
    try:
        issued = invoice_issue(**here(request, prop, booking_id))
    except DomainError as error:
        for problem in problems_of(error):
            messages.error(request, problem)
        return redirect("web:booking", prop.pk, booking_id)
    told = (
        _("Invoice %(number)s is issued.")
        if issued.kind == InvoiceKind.INVOICE
        else _("Credit note %(number)s is issued.")
    )
    messages.success(request, told % {"number": issued.number})
    return redirect("web:invoice", prop.pk, issued.pk)


@property_page()
@require_POST
def message_send(request: HttpRequest, prop: Property, booking_id: int) -> HttpResponse:
    """Write to the guest."""
    form = MessageForm(request.POST, auto_id="message_%s")

    def write() -> None:
        words = Words(form.cleaned_data["body"], form.cleaned_data["subject"])
        beginning = Beginning(prop.pk, words, booking_id=booking_id)
        reach = reach_of(request, prop)
        conversation_start(beginning=beginning, reach=reach, by=actor_of(request))

    told = _("The message is sent.")
    return act(request, prop, booking_id, sent={"message": form}, work=write, told=told)


def _simply(
    request: HttpRequest, prop: Property, booking_id: int, work: Callable[[], object], told: str
) -> HttpResponse:
    """Do what a button asks for, and go back to the page."""
    booking_or_404(prop, booking_id)
    try:
        work()
    except DomainError as error:
        for problem in problems_of(error):
            messages.error(request, problem)
    else:
        messages.success(request, told)
    return redirect("web:booking", prop.pk, booking_id)
