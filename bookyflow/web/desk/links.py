"""Where the pages of the desk lead to: the one place that knows."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.dateparse import parse_date

from bookyflow.web.account.onward import is_page

DAYS_AROUND = 3660  # as far as the pages look back and ahead


def booking_url(property_id: int, booking_id: int) -> str:
    """The page of a booking."""
    return reverse("web:booking", args=[property_id, booking_id])


def booking_new_url(
    property_id: int, *, arrival: date, departure: date, room_id: int | None = None
) -> str:
    """The form for a new booking of some nights, of a room if told."""
    asked = {"arrival": arrival, "departure": departure} | ({"room": room_id} if room_id else {})
    return f"{reverse('web:booking_new', args=[property_id])}?{urlencode(asked)}"


def back_from(request: HttpRequest, default: str) -> str:
    """The page of ours that a form says it was opened from, else `default`."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    return asked if is_page(request, asked) else default


def day_asked(request: HttpRequest, name: str, today: date) -> date | None:
    """The day in the address of a page; None where it is none, or absurd."""
    try:
        asked = parse_date(request.GET.get(name, ""))
    except ValueError:
        return None
    return asked if asked and abs((asked - today).days) <= DAYS_AROUND else None
