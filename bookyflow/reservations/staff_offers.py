"""What staff can offer for a stay: each room type that is free, at each of its prices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from bookyflow.availability.nights import nights_taken
from bookyflow.availability.selectors import free_rooms
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import Property
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.stay_request import STAFF, RoomRequest, StayRequest
from bookyflow.rooms.models import Room
from bookyflow.tariffs.selectors import Offer, offers_by_room_type

MOST_PRICED = 40  # prices that are reckoned for one page


@dataclass(frozen=True)
class StaffOffer:
    """A room type at the price of one tariff, or with the `problem` that there is with it.

    `free` rooms of the type have nobody on any night.
    """

    room_type_id: int
    room_type: str
    free: int
    tariff_type_id: int | None = None
    tariff: str = ""
    total: Decimal | None = None
    problem: str = ""

    @property
    def key(self) -> str:
        """What a form sends for it."""
        return f"{self.room_type_id}:{self.tariff_type_id or ''}"


@dataclass(frozen=True)
class FreeNow:
    """The offers of a stay, and the rooms that are free for all of it, by number."""

    offers: list[StaffOffer]
    rooms: list[Room]


def staff_offers(*, prop: Property, asked: StayRequest, rooms: int = 1) -> FreeNow:
    """What can be had for a stay of so many people in so many rooms of a type.

    A type that is free but has no price is told with the reason. `prop` comes with its settings and
    type. Raises DomainError `validation_failed` for a departure that is not after the arrival.
    """
    if asked.departure is None or asked.departure <= asked.arrival:
        problem = "The departure must be after the arrival."
        raise DomainError("validation_failed", problem, fields={"departure": [problem]})
    nights = nights_taken(prop.settings, Stay(asked.arrival, asked.departure))
    free = free_rooms(
        property_id=prop.pk, nights=nights, today=prop.settings.today(), unlimited=True
    )
    found = Room.objects.filter(pk__in=[one.room_id for one in free]).select_related("room_type")
    there = list(found)
    names = {room.room_type_id: room.room_type.name for room in there}
    tariffs = offers_by_room_type(
        prop=prop, stay=nights.priced, people=asked.adults, room_type_ids=names, rooms_selected=None
    )
    counts = Counter(one.room_type_id for one in free)
    offers = [
        StaffOffer(room_type, names[room_type], counts[room_type], *tariff)
        for room_type in names
        for tariff in _named(tariffs[room_type])
    ]
    priced = [_priced(prop, asked, one, rooms) for one in offers[:MOST_PRICED]]
    priced.sort(key=lambda one: (one.total is None, one.total or 0, one.room_type))
    return FreeNow(priced, there)


def _named(tariffs: Iterable[Offer]) -> list[tuple[int | None, str]]:
    """Id and name of each tariff; one without either where there is none."""
    found: list[tuple[int | None, str]] = [
        (offer.tariff_type.pk, offer.tariff_type.name) for offer in tariffs
    ]
    return found or [(None, "")]


def _priced(prop: Property, asked: StayRequest, offer: StaffOffer, rooms: int) -> StaffOffer:
    """The offer at its price, or with what is against it."""
    room = RoomRequest(offer.room_type_id, tariff_type_id=offer.tariff_type_id)
    wanted = asked.changed(rooms=(room,) * rooms)
    try:
        quote = quote_make(prop=prop, stay_request=wanted, booker=STAFF)
    except DomainError as error:
        problems = [text for texts in error.fields.values() for text in texts]
        return replace(offer, problem=problems[0] if problems else error.detail)
    return replace(offer, total=quote.breakdown.total)
