"""The column sets that are understood, each with how its rows are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bookyflow.importing import addresses, amenities, kinds, values
from bookyflow.importing.listings import Listing, Place

DEFAULT_GUESTS = 2  # where the file does not say
DEFAULT_MAX_STAY = 365

Row = Mapping[str, str]


@dataclass(frozen=True)
class ColumnSet:
    """A kind of file: the columns it is known by, and what makes a listing of a row."""

    name: str
    columns: frozenset[str]
    read: Callable[[Row, int], Listing]


def recognise(header: Sequence[str]) -> ColumnSet | None:
    """The column set with these columns, in any order and among others; None for neither."""
    return next((known for known in COLUMN_SETS if known.columns <= set(header)), None)


def _summary(row: Row, line: int) -> Listing:
    source_id = values.identity(row["id"])
    name = values.name(row["name"])
    property_type, room_type = kinds.kind(row["room_type"], "", guests=DEFAULT_GUESTS, bedrooms=1)
    latitude, longitude = values.position(row["latitude"], row["longitude"])
    shortest = values.nights(row["minimum_nights"], "the minimum stay")
    return Listing(
        line=line,
        source_id=source_id,
        name=name,
        property_type_id=property_type,
        room_type_id=room_type,
        guests=DEFAULT_GUESTS,
        place=Place(latitude, longitude, district=_short(row["neighbourhood"])),
        price=values.price(row["price"]),
        min_stay=shortest,
        max_stay=DEFAULT_MAX_STAY,
    )


def _detailed(row: Row, line: int) -> Listing:
    source_id = values.identity(row["id"])
    name = values.name(row["name"])
    guests = values.guests(row["accommodates"], DEFAULT_GUESTS)
    property_type, room_type = kinds.kind(
        row["room_type"],
        row["property_type"],
        guests=guests,
        bedrooms=values.bedrooms(row["bedrooms"]),
    )
    latitude, longitude = values.position(row["latitude"], row["longitude"])
    town, region, country = addresses.split(row["neighbourhood"])
    shortest = values.nights(row["minimum_nights"], "the minimum stay")
    offered = amenities.amenities_of(values.names(row["amenities"]))
    return Listing(
        line=line,
        source_id=source_id,
        name=name,
        property_type_id=property_type,
        room_type_id=room_type,
        guests=guests,
        place=Place(
            latitude,
            longitude,
            district=_short(row["neighbourhood_cleansed"]),
            town=_short(town),
            region=region,
            country=country,
        ),
        price=values.price(row["price"]),
        min_stay=shortest,
        max_stay=values.longest_stay(row["maximum_nights"], shortest),
        description=values.description(row["description"]),
        features=offered.features,
        unknown_amenities=offered.unknown,
        no_amenities=offered.other,
    )


def _short(text: str) -> str:
    return " ".join(text.split())[:255]


# The detailed one has all columns of the other, so it is tried first.
COLUMN_SETS = (
    ColumnSet(
        "detailed",
        frozenset(
            {
                "id",
                "name",
                "description",
                "neighbourhood",
                "neighbourhood_cleansed",
                "latitude",
                "longitude",
                "property_type",
                "room_type",
                "accommodates",
                "bedrooms",
                "amenities",
                "price",
                "minimum_nights",
                "maximum_nights",
            }
        ),
        _detailed,
    ),
    ColumnSet(
        "summary",
        frozenset(
            {
                "id",
                "name",
                "neighbourhood",
                "latitude",
                "longitude",
                "room_type",
                "price",
                "minimum_nights",
            }
        ),
        _summary,
    ),
)
