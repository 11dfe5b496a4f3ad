"""A property's day as its front desk sees it: who comes, who goes, who is there, what is to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q

from bookyflow.availability.models import Occupancy
from bookyflow.core.database import connection
from bookyflow.reservations import sql
from bookyflow.reservations.models import ENDED, Booking, BookingKind, BookingState

NOT_YET = (BookingState.PROVISIONAL, BookingState.CONFIRMED)
NOT_TO_COME = (*ENDED, BookingState.ENQUIRY)
MOST_ROWS = 2000  # of a day, so that the page of the largest house ends
SHOWN = (
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
    "currency",
    "total",
    "paid",
    "deposit_required",
    "made_by_channel",
    "property",
)


@dataclass(frozen=True)
class DeskDay:
    """Bookings of a day, each with the numbers of its rooms as `room_numbers`.

    `late` should be there by now, and `overdue` should have left; `enquiries` wait for an answer,
    and of `unpaid` a deposit is due. These are of the property's today, whatever the day is.
    """

    day: date
    arrivals: Sequence[Booking]
    departures: Sequence[Booking]
    in_house: Sequence[Booking]
    late: Sequence[Booking]
    overdue: Sequence[Booking]
    enquiries: Sequence[Booking]
    unpaid: Sequence[Booking]


@dataclass(frozen=True)
class DeskCounts:
    """The day of one of several properties in numbers."""

    rooms: int = 0
    taken: int = 0
    arrivals: int = 0
    arrived: int = 0
    departures: int = 0
    left: int = 0
    in_house: int = 0
    to_do: int = 0


def desk_day(*, property_id: int, day: date, today: date) -> DeskDay:
    """The bookings of a day, by their first room; `today` is the property's own. One query.

    On `today` those are in house who are checked in, whatever their dates; on another day those
    who stay the night before and the night after.
    """
    held = Occupancy.objects.filter(booking=OuterRef("pk")).order_by("room__number", "room")
    waiting = Q(state=BookingState.ENQUIRY, departs_on__gt=today)
    unpaid = Q(payment_due_since__isnull=False, departs_on__gte=today)
    wanted = Q(arrival=day) | Q(departs_on=day) | waiting | unpaid
    wanted |= Q(state=BookingState.CHECKED_IN)
    wanted |= Q(state__in=NOT_YET, arrival__lt=today, departs_on__gte=today)
    wanted |= Q(arrival__lt=day, departs_on__gt=day)
    found = list(
        Booking.objects.filter(wanted, property=property_id, kind=BookingKind.BOOKING)
        .exclude(state__in=ENDED)
        .annotate(room_numbers=ArraySubquery(held.values("room__number")))
        .only(*SHOWN, "payment_due_since")
        .order_by("arrival", "pk")[:MOST_ROWS]
    )
    found.sort(key=lambda one: (one.room_numbers or [""])[0])
    came = [one for one in found if one.state not in NOT_TO_COME]
    return DeskDay(
        day=day,
        arrivals=[one for one in came if one.arrival == day],
        departures=[one for one in came if one.departs_on == day],
        in_house=[one for one in came if _is_in_house(one, day, today)],
        late=[one for one in came if one.state in NOT_YET and one.arrival < today],
        overdue=[
            one for one in came if one.state == BookingState.CHECKED_IN and one.departs_on < today
        ],
        enquiries=[
            one for one in found if one.state == BookingState.ENQUIRY and one.departs_on > today
        ],
        unpaid=[one for one in came if one.payment_due_since and one.departs_on >= today],
    )


def desk_counts(*, todays: Mapping[int, date]) -> dict[int, DeskCounts]:
    """The numbers of the day of properties, given by id with the day of each; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.DESK_COUNTS, {"property_ids": list(todays), "todays": list(todays.values())}
        )
        return {pk: DeskCounts(*numbers) for pk, *numbers in cursor.fetchall()}


def _is_in_house(booking: Booking, day: date, today: date) -> bool:
    if day == today:
        return booking.state == BookingState.CHECKED_IN
    return booking.arrival < day < booking.departs_on
