"""The room plan."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bookyflow.calendars.selectors import calendars_of_blocks, conflict_list
from bookyflow.core.dates import ONE_DAY
from bookyflow.properties.models import Property
from bookyflow.reservations.models import BookingKind
from bookyflow.reservations.room_plan import room_plan
from bookyflow.web.desk.links import booking_new_url, day_asked
from bookyflow.web.desk.plan_grid import LEGEND, LENGTHS, SIGNS, Window, groups_of, heads_of
from bookyflow.web.desk.words import guest_name
from bookyflow.web.pages import guest_data_read, property_page


@property_page()
@require_safe
def plan(request: HttpRequest, prop: Property) -> HttpResponse:
    """Rooms and days, and who has which."""
    window = window_of(request, prop)
    found = room_plan(prop=prop, first=window.first, end=window.end)
    today = prop.settings.today()
    stays = [one.booking for held in found.held.values() for one in held]
    conflicts = list(conflict_list(property_id=prop.pk))
    blocks = [stay.pk for stay in stays if stay is not None and stay.kind == BookingKind.BLOCK]
    elsewhere = calendars_of_blocks(block_ids=blocks) if blocks else {}
    shown = [*(stay for stay in stays if stay is not None), *found.unplaced]
    sold_twice = [one.booking.guest_id for one in conflicts]
    guest_data_read(request, prop, [*(one.guest_id for one in shown), *sold_twice])
    context = {
        "prop": prop,
        "window": window,
        "today": today,
        "booking_new": booking_new_url(prop.pk, arrival=today, departure=today + ONE_DAY),
        "lengths": LENGTHS,
        "heads": heads_of(prop, window),
        "groups": groups_of(prop, found, window, elsewhere),
        "unplaced": [(one, guest_name(one)) for one in found.unplaced],
        "conflicts": conflicts,
        "legend": [(kind, SIGNS[kind], label) for kind, label in LEGEND],
        "currency": prop.settings.currency,
    }
    return render(request, "web/desk/plan.html", context)


def window_of(request: HttpRequest, prop: Property) -> Window:
    """The days that are asked for; a fortnight from yesterday where they are none."""
    today = prop.settings.today()
    asked = request.GET.get("days", "")
    length = next((one for one in LENGTHS if str(one) == asked), LENGTHS[0])
    return Window(day_asked(request, "from", today) or today - ONE_DAY, length)
