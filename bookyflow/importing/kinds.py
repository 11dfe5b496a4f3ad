"""From a file's words for a place to property types and room types; the ids are the seeded ones.

| room type       | property type of the detailed set       | becomes           | its room  |
| --------------- | --------------------------------------- | ----------------- | --------- |
| any             | … hotel, aparthotel, hostel             | Hotel             | by guests |
| any             | … boat, houseboat, yacht                | Yacht             | by berths |
| any             | … tent, campsite, camper/rv, yurt …     | Camp site         | by guests |
| Hotel room      | any other                               | Hotel             | by guests |
| Private room    | any other                               | Bed and breakfast | by guests |
| Shared room     | any other                               | Bed and breakfast | dormitory |
| Entire home/apt | … villa, house, chalet, townhouse …     | Villa             | bedrooms  |
| Entire home/apt | … cottage, cabin, farm stay, hut …      | Cottage           | bedrooms  |
| Entire home/apt | any other, and all of the summary set   | Apartment         | bedrooms  |
"""

from __future__ import annotations

import re

from bookyflow.importing.listings import BadRow

HOTEL, YACHT, CAMP_SITE, BED_AND_BREAKFAST, VILLA, APARTMENT, COTTAGE = 1, 2, 4, 5, 6, 7, 8
WHOLE = {VILLA, APARTMENT, COTTAGE}

ROOM_TYPES = {"entire home/apt", "private room", "shared room", "hotel room"}
DORMITORY_BED = 30
ONE_BEDROOM, MOST_BEDROOMS = 5, 6  # 2 bedrooms is 6, and so on
# Guests up to the number → room type; the last is for more.
ROOMS = ((1, 3), (2, 1), (3, 26), (None, 27))
BERTHS = ((2, 22), (4, 23), (6, 24), (None, 25))
PITCHES = ((1, 11), (2, 12), (3, 13), (4, 14), (None, 15))

# The first that matches as whole words; "tiny house" stands before "house".
_ANY = (
    (HOTEL, re.compile(r"\b(hotel|aparthotel|hostel|ryokan)\b")),
    (YACHT, re.compile(r"\b(boat|houseboat|yacht)\b")),
    (CAMP_SITE, re.compile(r"\b(tent|campsite|camper|rv|yurt|tipi)\b")),
)
_ENTIRE = (
    (
        COTTAGE,
        re.compile(r"\b(cottage|cabin|farm stay|hut|barn|earth house|tiny (?:house|home))\b"),
    ),
    (VILLA, re.compile(r"\b(villa|house|home|chalet|townhouse|bungalow)\b")),
)


def kind(room_type: str, property_type: str, *, guests: int, bedrooms: int) -> tuple[int, int]:
    """The ids of the property type and of its room's type."""
    room_type = room_type.strip().casefold()
    if room_type not in ROOM_TYPES:
        raise BadRow(f"unknown room type {room_type[:40]!r}")
    found = _property_type(room_type, property_type.strip().casefold())
    if found == YACHT:
        return found, _by(BERTHS, guests)
    if found == CAMP_SITE:
        return found, _by(PITCHES, guests)
    if found in WHOLE:
        return found, ONE_BEDROOM - 1 + min(bedrooms, MOST_BEDROOMS)
    if room_type == "shared room":
        return found, DORMITORY_BED
    return found, _by(ROOMS, guests)


def _property_type(room_type: str, described: str) -> int:
    if found := _match(_ANY, described):
        return found
    if room_type == "hotel room":
        return HOTEL
    if room_type != "entire home/apt":
        return BED_AND_BREAKFAST
    return _match(_ENTIRE, described) or APARTMENT


def _match(table: tuple[tuple[int, re.Pattern[str]], ...], described: str) -> int | None:
    return next((found for found, words in table if words.search(described)), None)


def _by(table: tuple[tuple[int | None, int], ...], guests: int) -> int:
    return next(room_type for most, room_type in table if most is None or guests <= most)
