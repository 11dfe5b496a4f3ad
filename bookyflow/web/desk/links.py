"""Where the pages of the desk lead to: the one place that knows."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def booking_url(property_id: int, booking_id: int) -> str:
    """The page of a booking."""
    return f"/bookyflow/p/{property_id}/bookings/{booking_id}"


def booking_new_url(property_id: int, *, room_id: int, arrival: date, departure: date) -> str:
    """The form for a new booking of some nights of a room."""
    asked = urlencode({"room": room_id, "arrival": arrival, "departure": departure})
    return f"/bookyflow/p/{property_id}/bookings/new?{asked}"


def back_from(request: HttpRequest, default: str) -> str:
    """The page of ours that a form says it was opened from, else `default`."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts=None, require_https=request.is_secure()
    )
    return asked if is_ours else default
