"""What else gets another room for a change, and what can be done where a change does not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext

from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import Property
from bookyflow.reservations.amendments.moved import MovedStay
from bookyflow.reservations.amendments.obstacles import Obstacle, WaysOut, ways_out
from bookyflow.reservations.models import Booking, BookingKind
from bookyflow.web.pages import guest_data_read

FULL = frozenset({"room_taken", "no_room_available"})
MOST_ROOMS = 3  # that are offered for one of them


@dataclass(frozen=True)
class Way:
    """Something in the way, or something that can be done: in words, with where it is done."""

    text: str
    links: Sequence[tuple[str, str]] = ()


def in_words(error: DomainError) -> DomainError:
    """A refusal as people read it, who know rooms by their numbers and not by ids."""
    if error.key != "room_taken":
        return error
    return DomainError("room_taken", gettext("Its room is not free on all of these nights."))


def stay_between(told: Mapping[str, Any]) -> Stay | None:
    """The nights of a form's fields; None where they are none."""
    arrival, departure = told.get("arrival"), told.get("departure")
    return Stay(arrival, departure) if arrival and departure and arrival < departure else None


def stays_told(request: HttpRequest, moved: Sequence[MovedStay]) -> list[str]:
    """What is said of stays that get another room; whose they are is noted as read."""
    if moved:
        prop = moved[0].booking.property
        guest_data_read(request, prop, [one.booking.guest_id for one in moved])
    told = gettext("%(name)s, booking %(number)s, %(stay)s: room %(to)s instead of %(from)s.")
    return [
        told
        % {
            "name": _name(one.booking),
            "number": one.booking.number,
            "stay": _between(one.booking.arrival, one.booking.departs_on),
            "to": one.room_to,
            "from": one.room_from,
        }
        for one in moved
    ]


def ways_told(
    request: HttpRequest, booking: Booking, stay: Stay, refusal: DomainError
) -> list[Way]:
    """What can be done about a booking that has no room for a stay; nothing of other refusals.

    The links of others lead back to the page that asks, with the same nights.
    """
    if refusal.key not in FULL:
        return []
    prop = booking.property
    found = ways_out(prop=prop, booking=booking, stay=stay)
    others = [one.held.booking for one in found.obstacles if one.held.booking]
    guest_data_read(request, prop, [one.guest_id for one in others])
    nights = {"arrival": stay.arrival, "departure": stay.departure}
    back = f"{request.path}?{urlencode(request.GET.dict() | nights)}"
    return [
        *(_in_the_way(prop, one, back) for one in found.obstacles),
        *_going_on(booking, found, stay),
    ]


def _in_the_way(prop: Property, obstacle: Obstacle, back: str) -> Way:
    held = obstacle.held
    what = {
        "number": held.room.number,
        "stay": _between(held.nights.lower, held.nights.upper),
        "name": _name(held.booking) if held.booking else "",
    }
    other = held.booking
    if other is None:
        return Way(gettext("Room %(number)s is just being booked, %(stay)s.") % what)
    if other.kind == BookingKind.BLOCK:
        url = reverse("web:block", args=[prop.pk, other.pk])
        link = (gettext("Open the block"), f"{url}?{urlencode({'next': back})}")
        return Way(gettext("Room %(number)s is blocked, %(stay)s.") % what, [link])
    place = reverse("web:plan_booking", args=[prop.pk, other.pk])
    asked = {"room": held.room_id, "arrival": other.arrival, "departure": other.departs_on}
    links = [
        (
            gettext("Move %(name)s to room %(number)s…") % (what | {"number": room.number}),
            f"{place}?{urlencode(asked | {'to_room': room.pk, 'next': back})}",
        )
        for room in obstacle.instead[:MOST_ROOMS]
    ]
    text = gettext("%(name)s has room %(number)s, %(stay)s.") % what
    if not links:
        text += " " + gettext("No other room of the type is free on these nights.")
    return Way(text, links)


def _going_on(booking: Booking, found: WaysOut, stay: Stay) -> list[Way]:
    """To book the nights that are new in another room."""
    if not found.go_on_in:
        return []
    asked = {
        "arrival": found.since,
        "departure": stay.departure,
        "adults": booking.adults,
        **({"guest": booking.guest_id} if booking.guest_id else {}),
    }
    url = reverse("web:booking_new", args=[booking.property_id])
    links = [
        (
            gettext("Book room %(number)s…") % {"number": room.number},
            f"{url}?{urlencode(asked | {'room': room.pk})}",
        )
        for room in found.go_on_in[:MOST_ROOMS]
    ]
    told = gettext("The guest can go on in another room, %(stay)s, as a booking of its own.")
    return [Way(told % {"stay": _between(found.since, stay.departure)}, links)]


def _name(booking: Booking) -> str:
    who = booking.who
    return f"{who.first_name} {who.surname}".strip() or gettext("a guest")


def _between(first: Any, end: Any) -> str:
    days = {"first": date_format(first, "j M"), "last": date_format(end, "j M")}
    return gettext("%(first)s to %(last)s") % days
