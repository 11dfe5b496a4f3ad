"""The complete picture of one property, as the CMF shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bookyflow.channels.selectors import channel_notes
from bookyflow.core import places
from bookyflow.properties.models import Property, PropertyText
from bookyflow.properties.selectors import property_texts
from bookyflow.rooms.models import Room
from bookyflow.rooms.selectors import room_list
from bookyflow.tariffs.selectors import RateRow, rate_rows


def property_object(*, prop: Property, channel: int, language: str) -> dict[str, Any]:
    """Everything a channel sees of a property, in the shape of PropertyOut; four queries."""
    notes = channel_notes(channel=channel, prop=prop)
    rooms = list(room_list(prop=prop))
    rates = rate_rows(property_ids=[prop.pk]).get(prop.pk, [])
    texts = property_texts(property_ids=[prop.pk], language=language).get(prop.pk, {})
    return (
        {
            "propertys_uid": prop.pk,
            "property_street": prop.street,
            "property_town": prop.town,
            "property_region": places.region_number(prop.region) if prop.region else None,
            "property_country": prop.country,
            "property_postcode": prop.postcode,
            "property_tel": prop.tel,
            "property_fax": prop.fax,
            "property_email": prop.email,
            "published": prop.is_published,
            "stars": prop.stars,
            "superior": prop.superior,
            "ptype_id": prop.property_type_id,
            "lat": prop.latitude,
            "long": prop.longitude,
            "approved": prop.is_approved,
            "time_zone": prop.settings.time_zone,
            "permit_number": prop.permit_number,
            "other_settings": {
                "cleaning_fee": prop.settings.cleaning_fee,
                "security_deposit": prop.settings.security_deposit,
            },
            "remote_data": notes.data,
            "changelog_item_count": notes.recent_events,
            "version": prop.version,
        }
        | {field: texts.get(field, "") for field in PropertyText.Field.values}
        | {"property_name": texts.get(PropertyText.Field.NAME) or prop.name}
        | (_rooms(rooms) if rooms else {})
        | ({"tariffs": [_tariff(row) for row in rates]} if rates else {})
    )


def _rooms(rooms: Sequence[Room]) -> dict[str, Any]:
    by_type: dict[int, list[Room]] = {}
    for room in rooms:
        by_type.setdefault(room.room_type_id, []).append(room)
    return {
        "room_info": {
            "rooms": {str(room.pk): room.pk for room in rooms},
            "rooms_by_type": {str(key): [room.pk for room in of] for key, of in by_type.items()},
            "room_types": {
                str(key): {
                    "abbv": of[0].room_type.name,
                    "desc": of[0].room_type.description,
                    "image": "",
                }
                for key, of in by_type.items()
            },
            "rooms_max_people": {
                str(key): {str(room.pk): room.max_occupancy for room in of}
                for key, of in by_type.items()
            },
        },
        "rooms": {
            "local_rooms": [
                {
                    "room_uid": room.pk,
                    "room_classes_uid": room.room_type_id,
                    "max_people": room.max_occupancy,
                }
                for room in rooms
            ]
        },
    }


def _tariff(row: RateRow) -> dict[str, Any]:
    tariff_type = row.tariff_type
    return {
        "rates_uid": row.rates_uid,
        "tarifftype_id": tariff_type.pk,
        "rate_title": tariff_type.name,
        "rate_description": tariff_type.description,
        "validfrom": row.valid_from,
        "validto": row.valid_to,
        "roomrateperday": row.price,
        "mindays": row.min_stay,
        "maxdays": row.max_stay,
        "minpeople": tariff_type.min_people,
        "maxpeople": tariff_type.max_people,
        "roomclass_uid": tariff_type.room_type_id,
        "ignore_pppn": tariff_type.ignore_per_person,
        "allow_ph": True,
        "allow_we": tariff_type.allow_weekend,
    }
