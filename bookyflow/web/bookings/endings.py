"""Pages that ask before a booking ends another way than it was meant to, and say what it costs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookyflow.billing.desk import AmendmentPreview, amendment_preview
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import Property
from bookyflow.reservations.amendments.changes import PriceMode
from bookyflow.reservations.early_departure import guest_leave_early, leaves_on, shortened
from bookyflow.reservations.lifecycle import booking_cancel, booking_no_show, booking_reject
from bookyflow.reservations.models import Booking
from bookyflow.reservations.staff_booking import (
    CancellationTerms,
    cancellation_preview,
    no_show_preview,
)
from bookyflow.web.bookings.actions import here
from bookyflow.web.bookings.forms import CancelForm, NoShowForm, RejectForm
from bookyflow.web.bookings.page import booking_read
from bookyflow.web.forms import PageForm
from bookyflow.web.pages import form_methods, problems_of, property_page


@property_page()
@form_methods
def cancel(request: HttpRequest, prop: Property, booking_id: int) -> HttpResponse:
    """Cancel a booking; the fee is shown first."""
    found = booking_read(request, prop, booking_id)
    terms, refused = _terms(prop, found, cancellation_preview)
    form = CancelForm(request.POST if request.method == "POST" else None)
    return _end(
        request,
        found,
        form,
        template="web/bookings/cancel.html",
        work=partial(booking_cancel, **here(request, prop, booking_id)),
        told=_("The booking is cancelled."),
        terms=terms,
        refused=refused,
    )


@property_page()
@form_methods
def no_show(request: HttpRequest, prop: Property, booking_id: int) -> HttpResponse:
    """Say that a guest did not come; the fee is shown first."""
    found = booking_read(request, prop, booking_id)
    terms, refused = _terms(prop, found, no_show_preview)
    form = NoShowForm(request.POST if request.method == "POST" else None)
    return _end(
        request,
        found,
        form,
        template="web/bookings/no_show.html",
        work=partial(booking_no_show, **here(request, prop, booking_id)),
        told=_("The booking is marked as a no-show."),
        terms=terms,
        refused=refused,
    )


@property_page()
@form_methods
def reject(request: HttpRequest, prop: Property, booking_id: int) -> HttpResponse:
    """Refuse an enquiry."""
    found = booking_read(request, prop, booking_id)
    form = RejectForm(request.POST if request.method == "POST" else None)
    return _end(
        request,
        found,
        form,
        template="web/bookings/reject.html",
        work=partial(booking_reject, **here(request, prop, booking_id)),
        told=_("The enquiry is refused."),
    )


class EarlyForm(PageForm):
    """What a guest pays who leaves early."""

    price = forms.TypedChoiceField(
        label=gettext_lazy("What the guest pays"),
        choices=[(mode.value, mode.value) for mode in (PriceMode.GRANTED, PriceMode.KEPT)],
        coerce=PriceMode,
        initial=PriceMode.GRANTED,
        widget=forms.RadioSelect,
    )


@property_page()
@form_methods
def early(request: HttpRequest, prop: Property, booking_id: int) -> HttpResponse:
    """Check a guest out before the day that was booked; what either way costs is shown first."""
    found = booking_read(request, prop, booking_id)
    leaves = leaves_on(prop, found)
    place = {"property_id": prop.pk, "booking_id": booking_id}
    preview: AmendmentPreview | None = None
    refused: list[str] = []
    if leaves is not None:
        try:
            preview = amendment_preview(**place, amendment=shortened(leaves, PriceMode.GRANTED))
        except DomainError as error:  # such as a booking whose price has no nights of its own
            refused = problems_of(error)
    form = EarlyForm(request.POST if request.method == "POST" else None)
    return _end(
        request,
        found,
        form,
        template="web/bookings/early.html",
        work=partial(guest_leave_early, **here(request, prop, booking_id)),
        told=_("The guest is checked out, and the nights that are left are free."),
        leaves=leaves,
        preview=preview,
        refused=refused,
    )


def _terms(
    prop: Property, found: Booking, preview: Callable[..., CancellationTerms]
) -> tuple[CancellationTerms | None, list[str]]:
    """What ending a booking comes to, or why it cannot be ended so."""
    try:
        return preview(property_id=prop.pk, booking_id=found.pk), []
    except DomainError as error:
        return None, problems_of(error)


def _end(
    request: HttpRequest,
    found: Booking,
    form: PageForm,
    *,
    template: str,
    work: Callable[..., object],
    told: str,
    **shown: Any,
) -> HttpResponse:
    if form.is_valid():
        try:
            work(**form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, told)
            return redirect("web:booking", found.property_id, found.pk)
    shown |= {
        "prop": found.property,
        "booking": found,
        "guest": found.booked_for(),
        "form": form,
    }
    return render(request, template, shown, status=form.http_status)
