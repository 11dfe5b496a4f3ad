"""Bringing listings into BookyFlow through the Channel Management Framework alone."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.client import Client
from benchmarks.hotel import region_number

COUNTRY, REGION, TIME_ZONE = "ES", "ES-MD", "Europe/Madrid"
GUESTS = 16  # the most that a room of ours is made for
LONGEST_MINIMUM = 30
DAYS = 365
HOTEL_LIKE = "Bed and breakfast"  # what several rooms are let in one by one
_TAGS = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Listing:
    """A place as the table has it; `price` is that of a night, `rooms` of one kind."""

    remote_id: str
    name: str
    text: str
    kind: str
    latitude: str
    longitude: str
    guests: int
    rooms: int
    price: str
    minimum: int
    amenities: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """A property that was made, its room type and rate plan."""

    uid: int
    remote_id: str
    rooms: int
    guests: int
    room_type: int
    rate_plan: int


def read(path: Path, limit: int | None) -> list[Listing]:
    """The listings of a table with the columns of Inside Airbnb."""
    with path.open(newline="", encoding="utf-8") as file:
        return [_listing(line) for line in islice(csv.DictReader(file), limit)]


def _listing(line: Mapping[str, str]) -> Listing:
    beds = int(float(line["bedrooms"] or 1)) or 1
    return Listing(
        remote_id=line["id"],
        name=" ".join(line["name"].split()) or f"Listing {line['id']}",
        text=_TAGS.sub(" ", line["description"]).strip(),
        kind=line["property_type"],
        latitude=f"{float(line['latitude']):.5f}",
        longitude=f"{float(line['longitude']):.5f}",
        guests=max(1, min(GUESTS, int(line["accommodates"] or 1))),
        rooms=min(beds, 3),
        price=f"{max(1.0, float(line['price'].strip('$').replace(',', ''))):.2f}",
        minimum=min(LONGEST_MINIMUM, int(line["minimum_nights"] or 1)),
        amenities=tuple(json.loads(line["amenities"])),
    )


class Importer:
    """Maps the dictionaries of a channel once, then makes a property of each listing."""

    def __init__(self, client: Client, channel: str, first: date) -> None:
        self.client = client
        self.first = first
        client.put(f"/cmf/channel/announce/{channel}/{channel}", {}, "POST")
        self.kinds: dict[str, int] = {}
        self.amenities: dict[str, int] = {}
        self.room_type = 0

    def dictionaries_map(self, listings: Iterable[Listing]) -> None:
        """Save what the channel's property types and amenities are here, and read it back."""
        listings = list(listings)
        known = self._items("ptype")
        hotel_like = known[HOTEL_LIKE.casefold()]
        kinds = sorted({one.kind for one in listings})
        self.kinds = self._mapped("ptype", dict.fromkeys(kinds, hotel_like))
        features = self._items("pfeature")
        amenities = sorted({name for one in listings for name in one.amenities})
        wanted = {name: features.get(name.casefold(), 0) for name in amenities}
        self.amenities = self._mapped("pfeature", wanted)
        self.room_type = next(
            one["room_classes_uid"]
            for one in self.client.get("/cmf/list/room/types")
            if hotel_like in one["ptype_xref"]
        )

    def _items(self, local_type: str) -> dict[str, int]:
        found = self.client.get(f"/cmf/dictionary/items/type/items/{local_type}")
        return {name.casefold(): int(pk) for pk, name in found["items"].items()}

    def _mapped(self, local_type: str, wanted: Mapping[str, int]) -> dict[str, int]:
        params = [
            {"remote_item_id": name, "bookyflow_id": pk, "remote_name": name}
            for name, pk in wanted.items()
        ]
        path = f"/cmf/dictionary/items/map/{local_type}"
        self.client.put(
            f"/cmf/dictionary/items/map/listing/{local_type}", {"params": params}, "POST"
        )
        kept = self.client.get(path)["params"]
        return {name: int(one["bookyflow_id"]) for name, one in kept.items()}

    def bring(self, one: Listing) -> Place:
        """Make the property of a listing: place, texts, features, rooms, a year of prices."""
        put = self.client.put
        made = {
            "property_name": one.name,
            "remote_uid": one.remote_id,
            "country": COUNTRY,
            "region_id": region_number(REGION),
            "ptype_id": self.kinds[one.kind],
            "time_zone": TIME_ZONE,
        }
        here: dict[str, Any] = {"property_uid": int(put("/cmf/property", made, "POST"))}
        put("/cmf/property/text", here | {"description": one.text})
        place = {"lat": one.latitude, "long": one.longitude}
        put("/cmf/property/location", here | place)
        features = sorted({self.amenities[name] for name in one.amenities} - {0})
        put("/cmf/property/features", here | {"features": features})
        amenity = {"bookyflow_id": self.room_type}
        rooms = [{"count": one.rooms, "max_guests": one.guests, "amenity": amenity}]
        put("/cmf/property/rooms", here | {"rooms": rooms})
        nights = [(self.first + timedelta(days)).isoformat() for days in range(DAYS)]
        tariff = {
            "tarifftypeid": 0,
            "roomclass_uid": self.room_type,
            "rate_title": "Standard",
            "maxpeople": one.guests,
            "tariffinput": dict.fromkeys(nights, one.price),
            "mindaysinput": dict.fromkeys(nights, one.minimum),
        }
        rate_plan = int(put("/cmf/property/tariff", here | tariff))
        return Place(
            here["property_uid"], one.remote_id, one.rooms, one.guests, self.room_type, rate_plan
        )
