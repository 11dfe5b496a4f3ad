"""What somebody asks for: nights, rooms, people, extras; as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from bookyflow.availability.nights import OccupiedNights, nights_taken
from bookyflow.core.dates import Stay
from bookyflow.properties.models import PropertySettings
from bookyflow.rooms.capacity import Places
from bookyflow.tariffs.overrides import NONE, Overridable, Overrides


@dataclass(frozen=True)
class RoomRequest:
    """One room: of a type, or a certain one, at one tariff or the cheapest, for some adults.

    A property that is let as a whole needs neither type nor room. `adults` None: guests are
    spread over the rooms (reference R-PR-3). `children` are those that need a place in it; a quote
    says how many, whatever was asked for.
    """

    room_type_id: int | None = None
    room_id: int | None = None
    tariff_type_id: int | None = None
    adults: int | None = None
    children: int = 0

    def fits(self, room: Places) -> bool:
        """Whether a room has places for the people."""
        adults = self.adults or 0
        return (
            adults <= room.max_adults
            and self.children <= room.max_children
            and adults + self.children <= room.max_occupancy
        )


@dataclass(frozen=True)
class StayRequest:
    """A stay in one or several rooms. `departure` None: as long as the property presets.

    `child_ages` holds one age per child; `extras` and `guest_types` map ids to quantities.
    `agreed` is a price for the rooms, in the property's convention, that staff have set.
    """

    arrival: date
    departure: date | None
    rooms: tuple[RoomRequest, ...] = ()
    adults: int = 0
    child_ages: tuple[int, ...] = ()
    extras: Mapping[int, int] = field(default_factory=dict)
    guest_types: Mapping[int, int] = field(default_factory=dict)
    coupon: str = ""
    agreed: Decimal | None = None

    @property
    def children(self) -> int:
        """How many children come."""
        return len(self.child_ages)

    def changed(self, **changes: Any) -> StayRequest:
        """The same request but for some fields."""
        return replace(self, **changes)


@dataclass(frozen=True)
class BookingRequest:
    """What a booking was made of: the request, and the guest whose own discount it has."""

    stay_request: StayRequest
    guest_id: int | None = None


@dataclass(frozen=True)
class Booker:
    """Who books, as far as rules and discounts depend on it.

    Staff are exempt from what binds guests. `guest_id` is a guest of the property that is known
    for sure, such as by a personal link of the version `link_version`; `partner_id` the account of
    a partner. Staff set rules aside by naming them in `override`.
    """

    is_staff: bool = False
    guest_id: int | None = None
    link_version: int | None = None
    partner_id: int | None = None
    is_registered: bool = False
    override: Overrides = NONE

    def __post_init__(self) -> None:
        if self.override and not self.is_staff:
            raise ValueError("Only staff set rules aside.")

    @property
    def is_unlimited(self) -> bool:
        """Whether limits on selling do not count."""
        return Overridable.STOP_SELL in self.override


@dataclass(frozen=True)
class Amended:
    """A booking that is being changed, the stay that it has had until now, and its nights."""

    booking_id: int
    stay: Stay
    nights: OccupiedNights

    def nights_of(self, settings: PropertySettings, stay: Stay) -> OccupiedNights:
        """The nights that a stay takes: as they are for the same one, else as days are let now."""
        return self.nights if stay == self.stay else nights_taken(settings, stay)


STAFF = Booker(is_staff=True)
VISITOR = Booker()
