"""What a row of a file says, whatever its columns are called."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

LONGEST_NAME = 255  # of a property; a longer one stays whole in its text


class BadRow(Exception):
    """A row that cannot become a property, with the reason for people."""


@dataclass(frozen=True)
class Place:
    """Where a listing is, in the file's words; empty where the file does not say."""

    latitude: Decimal | None = None
    longitude: Decimal | None = None
    district: str = ""
    town: str = ""
    region: str = ""
    country: str = ""


@dataclass(frozen=True)
class Listing:
    """One place to stay. None stands for what the column set does not have.

    `price` is per night, None without one; stays are in nights; `features` are ids of site-wide
    features, `unknown_amenities` the names that stand for none, and `no_amenities` those of what
    is listed among amenities without being one.
    """

    line: int
    source_id: str
    name: str
    property_type_id: int
    room_type_id: int
    guests: int
    place: Place
    price: Decimal | None
    min_stay: int
    max_stay: int
    description: str | None = None
    features: tuple[int, ...] | None = None
    unknown_amenities: tuple[str, ...] = ()
    no_amenities: tuple[str, ...] = ()

    @property
    def short_name(self) -> str:
        """The name as a property can have it: a longer one ends with an ellipsis."""
        if len(self.name) <= LONGEST_NAME:
            return self.name
        return self.name[: LONGEST_NAME - 1].rstrip() + "…"


@dataclass(frozen=True)
class Address:
    """Where a property is, settled."""

    country: str
    region: str
    town: str
    street: str
    currency: str


def facts_of(listing: Listing, address: Address) -> dict[str, Any]:
    """What a later import compares, as JSON: everything that it may write again.

    The type, the room, its capacity, country and currency are settled when a property is made.
    """
    place = listing.place
    facts: dict[str, Any] = {
        "name": listing.name,
        "latitude": None if place.latitude is None else str(place.latitude),
        "longitude": None if place.longitude is None else str(place.longitude),
        "town": address.town,
        "street": address.street,
        "price": None if listing.price is None else str(listing.price),
        "min_stay": listing.min_stay,
    }
    if listing.description is not None:
        facts["description"] = listing.description
    if listing.features is not None:
        facts["features"] = sorted(listing.features)
    return facts
