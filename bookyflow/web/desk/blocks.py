"""Closing rooms without a guest, from the room plan."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from bookyflow.core.dates import ONE_DAY
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import Property
from bookyflow.reservations.blocks import block_change, block_create, block_remove
from bookyflow.reservations.models import Booking
from bookyflow.reservations.selectors import block_find
from bookyflow.web.desk.dialogs import gone_to, shown
from bookyflow.web.desk.forms import BlockForm, first_room
from bookyflow.web.desk.links import back_from, booking_new_url, day_asked
from bookyflow.web.numbers import whole_number
from bookyflow.web.pages import actor_of, form_methods, property_page


@property_page()
@form_methods
def block_new(request: HttpRequest, prop: Property) -> HttpResponse:
    """Close rooms for some nights; what the address names is filled in."""
    back = back_from(request, reverse("web:plan", args=[prop.pk]))
    if request.method == "POST":
        form = BlockForm(prop, request.POST)
        if form.is_valid():
            try:
                block_create(
                    property_id=prop.pk,
                    stay=form.stay(),
                    room_ids=form.cleaned_data["rooms_closed"],
                    reason=form.cleaned_data["reason"],
                    by=actor_of(request),
                )
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, gettext("The rooms are blocked."))
                return gone_to(request, back)
        return _form(request, prop, form, {"back": back})
    today = prop.settings.today()
    first = day_asked(request, "arrival", today) or today
    end = day_asked(request, "departure", today) or first + ONE_DAY
    form = BlockForm(prop, None, initial={"arrival": first, "departure": end})
    chosen = first_room(form.rooms, request.GET.get("room", ""))
    form.initial["rooms_closed"] = chosen
    url = ""
    if chosen and end > first:
        url = booking_new_url(prop.pk, room_id=chosen[0], arrival=first, departure=end)
    return _form(request, prop, form, {"back": back, "booking_new": url})


@property_page()
@form_methods
def block(request: HttpRequest, prop: Property, block_id: int) -> HttpResponse:
    """Give a block other nights, rooms or another reason."""
    found = _find(prop, block_id)
    back = back_from(request, reverse("web:plan", args=[prop.pk]))
    form = BlockForm(
        prop,
        request.POST if request.method == "POST" else None,
        initial=_initial(request, prop, found),
    )
    if request.method == "POST" and form.is_valid():
        try:
            block_change(
                block_id=found.pk,
                property_id=prop.pk,
                stay=form.stay(),
                room_ids=form.cleaned_data["rooms_closed"],
                reason=form.cleaned_data["reason"],
                by=actor_of(request),
            )
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, gettext("The block is changed."))
            return gone_to(request, back)
    return _form(request, prop, form, {"back": back, "closed": found})


@property_page()
@form_methods
def block_end(request: HttpRequest, prop: Property, block_id: int) -> HttpResponse:
    """Open the rooms of a block again, once that is confirmed."""
    found = _find(prop, block_id)
    back = back_from(request, reverse("web:plan", args=[prop.pk]))
    if request.method == "POST":
        block_remove(block_id=found.pk, property_id=prop.pk, by=actor_of(request))
        messages.success(request, gettext("The rooms can be sold again."))
        return gone_to(request, back)
    rooms = [held.room.number for held in found.occupancies.all()]
    context = {"prop": prop, "closed": found, "rooms": rooms, "back": back}
    return shown(request, "web/desk/block_end.html", context)


def _find(prop: Property, block_id: int) -> Booking:
    try:
        return block_find(property_id=prop.pk, block_id=block_id)
    except DomainError:
        raise Http404 from None


def _initial(request: HttpRequest, prop: Property, found: Booking) -> dict[str, Any]:
    """The block as it is, but for what a drag on the plan asks for."""
    rooms, today = set(found.room_ids()), prop.settings.today()
    moved = {request.GET.get("room", ""): request.GET.get("to_room", "")}
    wanted = {whole_number(moved.get(str(pk), "")) or pk for pk in rooms}
    return {
        "rooms_closed": sorted(wanted),
        "arrival": day_asked(request, "arrival", today) or found.arrival,
        "departure": day_asked(request, "departure", today) or found.departs_on,
        "reason": found.remarks,
    }


def _form(
    request: HttpRequest, prop: Property, form: BlockForm, context: dict[str, Any]
) -> HttpResponse:
    status = 409 if form.non_field_errors() else form.http_status
    return shown(
        request, "web/desk/block.html", {"prop": prop, "form": form, **context}, status=status
    )
