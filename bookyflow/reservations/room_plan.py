"""The room plan: who has which room on which nights, and what is left of each room type."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from bookyflow.availability.explanations import Explanation, explanations
from bookyflow.availability.models import Occupancy
from bookyflow.core.dates import ONE_DAY
from bookyflow.properties.models import Property
from bookyflow.reservations.models import Booking, BookingState
from bookyflow.rooms.models import Room
from bookyflow.tariffs.selectors import lowest_prices

SHOWN = (
    "property",
    "number",
    "guest",
    "kind",
    "state",
    "personal",
    "guest",
    "arrival",
    "departs_on",
    "adults",
    "children",
)


@dataclass(frozen=True)
class RoomPlan:
    """The nights [first, end) of a property.

    `held` are the occupancies by room, each with its booking or hold; `nights` tell what is left of
    a room type, by its id and the date, and `prices` the lowest price. `unplaced` are enquiries
    that hold no room.
    """

    rooms: Sequence[Room]
    held: Mapping[int, Sequence[Occupancy]]
    nights: Mapping[tuple[int | None, date], Explanation]
    prices: Mapping[tuple[int, date], Decimal]
    unplaced: Sequence[Booking]


def room_plan(*, prop: Property, first: date, end: date) -> RoomPlan:
    """The room plan from `first` until the night before `end`; five queries."""
    held = defaultdict(list)
    period = DateRange(first, end)
    for one in _live().filter(property=prop, nights__overlap=period).order_by("nights"):
        held[one.room_id].append(one)
    last = end - ONE_DAY
    rooms = Room.objects.filter(property=prop).select_related("room_type")
    unplaced = (
        Booking.objects.filter(property=prop, state=BookingState.ENQUIRY)
        .filter(arrival__lt=end, departure__gt=first)
        .exclude(Exists(_live().filter(booking=OuterRef("pk"))))
    )
    return RoomPlan(
        rooms=list(rooms.order_by("room_type__name", "room_type", "number", "pk")),
        held=held,
        nights={
            (one.room_type_id, one.date): one
            for one in explanations(prop=prop, first=first, last=last)
        },
        prices=lowest_prices(prop=prop, first=first, last=last),
        unplaced=list(unplaced.only(*SHOWN).order_by("arrival", "pk")[:100]),
    )


def _live() -> QuerySet[Occupancy]:
    live = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    found = Occupancy.objects.filter(live).select_related("booking", "hold")
    of_booking = [f"booking__{name}" for name in SHOWN]
    return found.only("room", "nights", "kind", "expires_at", "hold__number", *of_booking)
