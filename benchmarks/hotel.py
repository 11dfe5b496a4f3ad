"""A hotel made through the CMF, for programs that book in it."""

from __future__ import annotations

from benchmarks.client import Client

HOTEL = 1  # property type
COUNTRY, REGION = "PT", "PT-08"


def build_hotel(
    client: Client, *, name: str, channel: str, rooms: dict[int, int], guests: int
) -> int:
    """Announce the channel and make a hotel with so many rooms of each type; returns its id.

    `rooms` maps room type ids to numbers of rooms, each for `guests` people.
    """
    client.put(f"/cmf/channel/announce/{channel}/{channel}", {}, "POST")
    hotel = {
        "property_name": name,
        "remote_uid": name,
        "country": COUNTRY,
        "region_id": region_number(REGION),
        "ptype_id": HOTEL,
        "time_zone": "UTC",  # whose days the callers count in
    }
    uid = int(client.put("/cmf/property", hotel, "POST"))
    items = [
        {"count": count, "max_guests": guests, "amenity": {"bookyflow_id": room_type}}
        for room_type, count in rooms.items()
    ]
    client.put("/cmf/property/rooms", {"property_uid": uid, "rooms": items})
    price = {"property_uid": uid, "base_price": "95.00", "max_people": guests}
    client.put("/cmf/property/base/price", price)
    return uid


def hotel_room_types(client: Client, channel: str) -> list[int]:
    """The ids of the room types that a hotel may have."""
    client.put(f"/cmf/channel/announce/{channel}/{channel}", {}, "POST")
    return [
        room_type["room_classes_uid"]
        for room_type in client.get("/cmf/list/room/types")
        if HOTEL in room_type["ptype_xref"]
    ]


def region_number(code: str) -> int:
    """The region id of an ISO 3166-2 code, as docs/architecture.md gives it."""
    country, _, region = code.partition("-")
    number = 0
    for letter in country:
        number = number * 26 + ord(letter) - ord("A")
    for character in region.ljust(3):
        number = number * 37 + " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(character)
    return number


def reservation(
    remote_id: str, stay: dict[str, object], *, surname: str = "Guest", email: str = ""
) -> dict[str, object]:
    """The body of PUT reservations/add for one reservation with one stay."""
    return {
        "reservations": {
            "reservations": [
                {
                    "remote_reservation_id": remote_id,
                    "referrer": "test",
                    "guest_info": {
                        "name": "Maria",
                        "surname": surname,
                        "email": email or f"{remote_id.lower()}@guest.example",
                        "phone": "+351 900 000 000",
                        "address": "Rua do Mar 1",
                        "post_code": "8000-001",
                        "country_code": COUNTRY,
                    },
                    "stay_infos": [stay],
                }
            ]
        }
    }
