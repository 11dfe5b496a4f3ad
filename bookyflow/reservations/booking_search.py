"""Finding bookings of a property, by what is told of them, and by whom they are for.

Names are encrypted: they are looked for by opening the newest bookings one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from bookyflow.availability.models import Occupancy
from bookyflow.core.texts import has_words
from bookyflow.guests.email_lookup import identity_hash
from bookyflow.guests.models import Guest
from bookyflow.reservations.models import Booking, BookingHistory, BookingKind, BookingState

MOST_READ = 3_000  # the newest bookings within the other conditions
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
    "deposit_required",
    "paid",
    "property",
    "currency",
    "total",
    "made_by_staff",
    "made_by_channel",
)


class Source(StrEnum):
    """Who made a booking."""

    STAFF = "staff"
    GUEST = "guest"
    CHANNEL = "channel"


SOURCES = {
    Source.STAFF: Q(made_by_staff=True, made_by_channel=False),
    Source.GUEST: Q(made_by_staff=False, made_by_channel=False),
    Source.CHANNEL: Q(made_by_channel=True),
}


@dataclass(frozen=True)
class BookingsWanted:
    """Which bookings are looked for; what is not given does not matter.

    `leaves_from`: those that are not over by that day. `text` is a number, an e-mail address or
    names. `unpaid`: of which something is still to be paid.
    """

    state: BookingState | None = None
    leaves_from: date | None = None
    first: date | None = None
    last: date | None = None
    departure: date | None = None
    source: Source | None = None
    channel_id: int | None = None
    unpaid: bool = False
    text: str = ""

    def condition(self) -> Q:
        """All but the text, for the database."""
        given = {
            "state": self.state,
            "departs_on__gte": self.leaves_from,
            "arrival__gte": self.first,
            "arrival__lte": self.last,
            "departs_on": self.departure,
        }
        found = Q(**{name: value for name, value in given.items() if value is not None})
        if self.source is not None:
            found &= SOURCES[self.source]
        if self.channel_id is not None:
            made = BookingHistory.objects.filter(booking=OuterRef("pk"), from_state="")
            found &= Q(Exists(made.filter(channel_id=self.channel_id)))
        if self.unpaid:
            found &= Q(total__gt=F("paid")) & ~Q(state=BookingState.ENQUIRY)
        return found


def bookings_found(*, property_id: int, wanted: BookingsWanted) -> QuerySet[Booking]:
    """The bookings of a property that are as wanted, by arrival; with what lists show of them.

    Each with the numbers of its rooms as `room_numbers`. One query more where a name is looked for.
    """
    here = Q(property=property_id, kind=BookingKind.BOOKING)
    found = _of_text(
        Booking.objects.filter(here, wanted.condition()), property_id, wanted.text.strip()
    )
    held = Occupancy.objects.filter(booking=OuterRef("pk")).order_by("room__number", "room")
    rooms = ArraySubquery(held.values("room__number"))
    return found.annotate(room_numbers=rooms).only(*SHOWN).order_by("arrival", "pk")


def _of_text(found: QuerySet[Booking], property_id: int, text: str) -> QuerySet[Booking]:
    if not text:
        return found
    if "@" in text:
        digest = identity_hash(text) or "-"
        guests = Guest.objects.filter(property=property_id, email_hash=digest)
        return found.filter(guest__in=guests)
    if any(character.isdigit() for character in text):
        return found.filter(number__icontains=text)
    newest = found.order_by("-pk").only("kind", "personal")[:MOST_READ]
    named = [one.pk for one in newest if has_words(f"{one.who.first_name} {one.who.surname}", text)]
    return found.filter(pk__in=named)
