"""A booking on the room plan: what it is, and giving it another room or other nights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from bookyflow.billing.desk import desk_booking
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import Property
from bookyflow.reservations.amendments.changes import PriceMode
from bookyflow.reservations.amendments.placing import (
    PlacingPreview,
    booking_place,
    placing_previews,
)
from bookyflow.reservations.amendments.preview import CHANGEABLE
from bookyflow.reservations.desk_day import NOT_YET
from bookyflow.reservations.models import Booking, BookingState
from bookyflow.web.bookings.ways import Way, stays_told, ways_told
from bookyflow.web.bookings.words import PRICE_MODES
from bookyflow.web.desk.dialogs import gone_to, shown
from bookyflow.web.desk.forms import PlacingForm
from bookyflow.web.desk.lines import Step, step_of
from bookyflow.web.desk.links import back_from, booking_url
from bookyflow.web.desk.words import guest_name, money, open_amount, people, state_name
from bookyflow.web.pages import actor_of, form_methods, guest_data_read, problems_of, property_page

MODES = dict(PRICE_MODES)


@property_page()
@form_methods
def plan_booking(request: HttpRequest, prop: Property, booking_id: int) -> HttpResponse:
    """Show a booking of the plan, what a change comes to, and carry the change out."""
    place = {"property_id": prop.pk, "booking_id": booking_id}
    try:
        booking = desk_booking(**place)
    except DomainError:
        raise Http404 from None
    guest_data_read(request, prop, [booking.guest_id])
    form = PlacingForm(prop, _asked(request, booking))
    if request.method == "POST" and form.is_valid():
        price = PriceMode(form.cleaned_data["price"] or PriceMode.KEPT)
        try:
            booking_place(**place, placing=form.placing(), price=price, by=actor_of(request))
        except DomainError as error:
            return _refused(request, prop, booking, form, error)
        messages.success(request, gettext("%(name)s is moved.") % {"name": guest_name(booking)})
        return gone_to(request, back_from(request, reverse("web:plan", args=[prop.pk])))
    previews: list[PlacingPreview] = []
    if "arrival" in request.GET and form.is_valid():
        previews = placing_previews(**place, placing=form.placing())
        refusals = [one.refusal for one in previews if one.refusal]
        if len(refusals) == len(previews):
            return _refused(request, prop, booking, form, refusals[0])
    return _page(request, prop, booking, form, previews, status=form.http_status)


def _asked(request: HttpRequest, booking: Booking) -> dict[str, Any]:
    """The fields of the form: what is sent, else what the booking has."""
    if request.method == "POST":
        return request.POST.dict()
    rooms = [held["room_id"] for held in booking.rooms_held]  # type: ignore[attr-defined]  # annotated
    asked = request.GET.get("room", "")
    room = next((pk for pk in rooms if str(pk) == asked), rooms[0] if rooms else None)
    had = {
        "room": room,
        "to_room": room,
        "arrival": booking.arrival.isoformat(),
        "departure": booking.departs_on.isoformat(),
    }
    return had | request.GET.dict()


def _refused(
    request: HttpRequest,
    prop: Property,
    booking: Booking,
    form: PlacingForm,
    refusal: DomainError,
) -> HttpResponse:
    """The page with why it cannot be, and what can be done."""
    form.refuse(refusal)
    placing = form.placing()
    stays = placing.to_room_id in {None, placing.from_room_id}
    ways = ways_told(request, booking, form.stay(), refusal) if stays else []
    return _page(request, prop, booking, form, status=409, ways=ways)


def _page(
    request: HttpRequest,
    prop: Property,
    booking: Booking,
    form: PlacingForm,
    previews: Sequence[PlacingPreview] = (),
    *,
    status: int,
    ways: Sequence[Way] = (),
) -> HttpResponse:
    rooms = booking.rooms_held  # type: ignore[attr-defined]  # annotated
    context = {
        "prop": prop,
        "booking": booking,
        "name": guest_name(booking),
        "state": state_name(booking),
        "people": people(booking),
        "due": open_amount(booking),
        "total": money(booking.total, booking.currency),
        "rooms": [f"{held['number']} · {held['room_type']}" for held in rooms],
        "url": booking_url(prop.pk, booking.pk),
        "step": _step(prop, booking),
        "can_move": booking.state in CHANGEABLE and bool(rooms),
        "form": form,
        "choices": [_choice(one) for one in previews],
        "moved": stays_told(request, next((one.moved for one in previews if one.moved), ())),
        "ways": ways,
        "back": back_from(request, reverse("web:plan", args=[prop.pk])),
    }
    return shown(request, "web/desk/plan_booking.html", context, status=status)


def _choice(preview: PlacingPreview) -> dict[str, Any]:
    """A way of pricing with what it comes to, or why it cannot be."""
    refusal = preview.refusal
    if refusal is not None:
        return {"label": MODES[preview.price.value], "refusal": " ".join(problems_of(refusal))}
    booking, difference = preview.booking, preview.difference
    currency = booking.currency
    signed = f"+{money(difference, currency)}" if difference > 0 else money(difference, currency)
    return {
        "value": preview.price.value,
        "label": MODES[preview.price.value],
        "total": money(booking.total, currency),
        "difference": signed if difference else gettext("no difference"),
        "rooms": ", ".join(preview.room_numbers),
    }


def _step(prop: Property, booking: Booking) -> Step | None:
    if booking.state in NOT_YET and booking.arrival <= prop.settings.today():
        return step_of(booking, "check-in")
    if booking.state == BookingState.CHECKED_IN:
        return step_of(booking, "check-out")
    return None
