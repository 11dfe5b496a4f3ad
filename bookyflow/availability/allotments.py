"""Opening and closing room types: limits on selling, beside what is occupied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from bookyflow.availability import sql
from bookyflow.availability.models import Allotment
from bookyflow.core.acting import Actor
from bookyflow.core.database import connection
from bookyflow.core.dates import ONE_DAY, days
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.rooms.models import Room
from bookyflow.tariffs.selectors import horizon

MOST_NIGHTS = 20_000  # in one call, counted range by range


@dataclass(frozen=True)
class OpenRange:
    """Whether the nights from `first` to `last`, both included, are for sale."""

    first: date
    last: date
    available: bool


@dataclass(frozen=True)
class AllotmentChange:
    """Nights of one room type to open or close; later ranges win.

    `room_type_id` may be None, or 0, where the property is let as a whole. How many rooms of the
    type an open range may sell a night is said in one of two ways, or stays as it is: `inventory`
    counts rooms that are booked already, `rooms_left` does not. Raises DomainError
    `validation_failed` for both at once, or fewer than 0 rooms.
    """

    ranges: Sequence[OpenRange]
    room_type_id: int | None = None
    inventory: int | None = None
    rooms_left: int | None = None

    def __post_init__(self) -> None:
        """Refuse limits that are none."""
        problems: dict[str, list[str]] = {}
        for name, rooms in (("inventory", self.inventory), ("rooms_left", self.rooms_left)):
            if rooms is not None and rooms < 0:
                problems[name] = ["Not below 0."]
        if self.inventory is not None and self.rooms_left is not None:
            problems["rooms_left"] = ["Say how many are left, or how many in all, and not both."]
        if problems:
            raise DomainError("validation_failed", fields=problems)


@transaction.atomic
def allotments_set(*, property_id: int, change: AllotmentChange, by: Actor) -> None:
    """Open and close nights of one room type. All ranges are applied or none.

    An open range sells at most `inventory` rooms a night, or `rooms_left` beyond those that are
    booked now; rooms that are held come out of these. Where the change has neither, the limit
    stays. The only room type of a property that is let as a whole is taken, and its `inventory` is
    no limit. A closed range stops selling and keeps the limit for the time when it is opened; what
    is booked stays booked, and blocks stay as they are. Nights that are over stay as they are.

    Raises DomainError `room_type_id_zero`, `no_rooms_in_property`, `no_rooms_of_this_type`,
    `dates_in_past` for a range that is over, and `validation_failed` for a reversed range, one
    beyond ten years from now, no range, or more than MOST_NIGHTS in all.
    """
    locked = property_lock(property_id)
    single = locked.property_type.is_single_unit
    room_type = _room_type(locked, None if single else change.room_type_id)
    today = locked.settings.today()
    _check(change.ranges, today)
    wanted: dict[date, bool] = {}
    for one in change.ranges:
        first = max(one.first, today)
        wanted |= dict.fromkeys(days(first, one.last + ONE_DAY), one.available)
    inventory = None if single else change.inventory
    with connection.cursor() as cursor:
        cursor.execute(
            sql.WRITE_ALLOTMENTS,
            {
                "property_id": property_id,
                "room_type_id": room_type,
                "dates": list(wanted),
                "max_to_sell": [inventory if is_open else None for is_open in wanted.values()],
                "left": [change.rooms_left if is_open else None for is_open in wanted.values()],
                "stop_sell": [not is_open for is_open in wanted.values()],
            },
        )
        changed = cursor.rowcount
    if changed:
        record(
            EventKind.AVAILABILITY_UPDATED,
            by=by,
            property_id=property_id,
            subject=("property", property_id),
            room_type_id=room_type,
            date_from=min(wanted).isoformat(),
            date_to=max(wanted).isoformat(),
        )


def allotments_move(locked: Property, *, former: int, room_type_id: int) -> None:
    """Give what is stopped or limited of one room type to another one, whose own limits go.

    For the one room of a locked property that is let as a whole: a stopped night must not open
    when the room becomes one of another type. What that type has is left over from when the room
    was of it before.
    """
    limits = Allotment.objects.filter(property=locked)
    limits.filter(room_type=room_type_id).delete()
    limits.filter(room_type=former).update(room_type=room_type_id)


def _room_type(prop: Property, wanted: int | None) -> int:
    """The room type named, or the only one of a property that is let as a whole."""
    types = set(Room.objects.filter(property=prop).values_list("room_type", flat=True))
    if prop.property_type.is_single_unit:
        if not types:
            raise DomainError("no_rooms_in_property")
        return min(types)
    if not wanted:
        raise DomainError("room_type_id_zero", fields={"room_type_id": ["This field is required."]})
    if wanted not in types:
        raise DomainError("no_rooms_of_this_type")
    return wanted


def _check(ranges: Sequence[OpenRange], today: date) -> None:
    last_possible = horizon(today)
    problems: dict[str, list[str]] = {}
    for number, one in enumerate(ranges):
        if one.last < one.first:
            problems[f"ranges[{number}]"] = ["date_to is before date_from."]
        elif one.last > last_possible:
            problems[f"ranges[{number}]"] = [f"The last possible night is {last_possible}."]
    if not problems and not 1 <= _nights(ranges) <= MOST_NIGHTS:
        problems["ranges"] = [f"1 to {MOST_NIGHTS} nights in all."]
    if problems:
        raise DomainError("validation_failed", fields=problems)
    if any(one.last < today for one in ranges):
        raise DomainError("dates_in_past")


def _nights(ranges: Sequence[OpenRange]) -> int:
    return sum((one.last - one.first).days + 1 for one in ranges)
