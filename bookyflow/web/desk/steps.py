"""Check-in, check-out and taking them back, at the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bookyflow.core.errors import DomainError
from bookyflow.properties.models import Property
from bookyflow.reservations.front_desk import (
    DeskStep,
    guest_check_in,
    guest_check_in_undo,
    guest_check_out,
    guest_check_out_undo,
)
from bookyflow.reservations.models import Booking
from bookyflow.reservations.selectors import booking_find
from bookyflow.web.desk.lines import step_of
from bookyflow.web.desk.links import back_from, booking_url
from bookyflow.web.desk.words import guest_name, open_amount
from bookyflow.web.forms import PageForm
from bookyflow.web.pages import actor_of, form_methods, problems_of, property_page

SERVICES: Mapping[str, Callable[..., DeskStep]] = MappingProxyType(
    {
        "check-in": guest_check_in,
        "check-out": guest_check_out,
        "undo-check-in": guest_check_in_undo,
        "undo-check-out": guest_check_out_undo,
    }
)
OPTIONS = {"check-in": "override", "check-out": "free_remaining", "undo-check-out": "override"}
CAN_BE_OVERRIDDEN = ("too_early", "room_occupied")


class StepForm(PageForm):
    """Whether what is to be thought of first has been seen, and what is decided about it."""

    confirmed = forms.BooleanField(required=False)
    override = forms.BooleanField(required=False)
    free_remaining = forms.BooleanField(
        required=False, label=_("Sell the remaining nights again; the price stays")
    )


@property_page()
@form_methods
def step(request: HttpRequest, prop: Property, booking_id: int, step: str) -> HttpResponse:
    """Take a step, after a page that says what is open where something is."""
    service = SERVICES.get(step)
    if service is None:
        raise Http404
    place: dict[str, Any] = {"property_id": prop.pk, "booking_id": booking_id}
    try:
        booking = booking_find(**place)
    except DomainError:
        raise Http404 from None
    form = StepForm(request.POST if request.method == "POST" else None)
    context = {"prop": prop, "booking": booking, "form": form, "step": step_of(booking, step)}
    if not form.is_valid():
        return _confirm(request, context)
    if step == "check-out" and not form.cleaned_data["confirmed"] and _is_open(prop, booking):
        return _confirm(request, context, status=409)
    option = OPTIONS.get(step)
    chosen = {option: form.cleaned_data[option]} if option else {}
    try:
        done = service(**place, by=actor_of(request), **chosen)
    except DomainError as error:
        can_insist = option == "override" and error.key in CAN_BE_OVERRIDDEN
        context |= {"problems": problems_of(error), "can_insist": can_insist}
        return _confirm(request, context, status=409)
    messages.success(request, f"{guest_name(booking)}: {done.note}")
    return redirect(back_from(request, reverse("web:desk", args=[prop.pk])))


def _is_open(prop: Property, booking: Booking) -> bool:
    """Whether something is to be thought of before a guest leaves."""
    return booking.amount_due() > 0 or booking.departs_on > prop.settings.today()


def _confirm(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    booking, prop = context["booking"], context["prop"]
    is_early = booking.departs_on > prop.settings.today()
    is_leaving = context["step"].name == "check-out"
    context |= {
        "name": guest_name(booking),
        "due": open_amount(booking) if is_leaving else "",
        "is_early": is_leaving and is_early,
        "url": booking_url(prop.pk, booking.pk),
        "back": back_from(request, reverse("web:desk", args=[prop.pk])),
    }
    return render(request, "web/desk/step.html", context, status=status)
