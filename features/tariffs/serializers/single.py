from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from rest_framework import serializers

from bookyflow.api.wire.bounded import BoundedList, BoundedMap
from bookyflow.api.wire.fields import LARGEST_ID, DateField, EnteredAmount, JSONText, Uid
from bookyflow.api.wire.inputs import In
from bookyflow.core.errors import DomainError
from bookyflow.property_lifecycle.rooms_and_prices import RoomsAndPrice
from features.tariffs.serializers.conditions import FLAGS, SMALL, ConditionsIn

MOST_TYPES = 100  # room types in one call
MOST_OF_TYPE = 1000  # rooms
HUNDRED = Decimal(100)


class ByRoomType(BoundedMap):
    """room type id → value."""

    default_error_messages = {"uid": 'The key "{text}" is no room type id.'}

    def to_internal_value(self, data: Any) -> dict[Any, Any]:
        """The values by id."""
        found = super().to_internal_value(data)
        try:
            return {Uid().run_validation(key): value for key, value in found.items()}
        except serializers.ValidationError:
            self.fail("uid", text=next(iter(found))[:40])


class RoomIds(BoundedList):
    """Ids of rooms; in a text they are separated by commas."""

    def to_internal_value(self, data: Any) -> list[Any]:
        """The ids."""
        if isinstance(data, str):
            data = [one.strip() for one in data.split(",") if one.strip()]
        return super().to_internal_value(data)


def by_room_type(child: Any, source: str, text: str, *, required: bool = False) -> JSONText:
    """A map of values by room type."""
    return JSONText(
        ByRoomType(child=child, max_length=MOST_TYPES),
        source=source,
        required=required,
        help_text=f"Room type id → {text}",
    )


def _known_id(source: str, text: str) -> serializers.IntegerField:
    return serializers.IntegerField(
        source=source, min_value=0, max_value=LARGEST_ID, default=0, help_text=text
    )


def _advanced(
    *,
    room_type_id: int,
    valid_from: date,
    valid_to: date,
    min_stay: int,
    price: Decimal = HUNDRED,
    **conditions: Any,
) -> dict[str, Any]:
    return {
        "room_type_id": room_type_id,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "min_stay": min_stay,
        "price": price,
        "conditions": FLAGS | conditions,
    }


class AdvancedTariffIn(ConditionsIn, In[dict[str, Any]]):
    builds = _advanced

    validfrom = DateField(source="valid_from", help_text="The first night.")
    validto = DateField(source="valid_to", help_text="The last night, included.")
    mindays = serializers.IntegerField(
        source="min_stay", min_value=1, max_value=SMALL, default=1, help_text="Shortest stay."
    )
    roomrateperday = EnteredAmount(
        source="price",
        required=False,
        help_text="Price of a night, or of seven where the property's prices are weekly. 100 "
        "unless sent.",
    )


def _rooms_and_prices(
    *, counts: Mapping[int, int], rate_ids: Mapping[int, int] | None = None, **maps: Any
) -> dict[int, RoomsAndPrice]:
    """What is wanted by room type; `rate_ids` do not matter, since nights keep theirs."""
    unknown = {pk for one in maps.values() for pk in one} - counts.keys()
    if unknown:
        field = f"counts[{min(unknown)}]"
        raise DomainError("validation_failed", fields={field: ["This field is required."]})
    return {
        pk: RoomsAndPrice(
            count,
            capacity=maps.get("capacities", {}).get(pk, 1),
            price=maps.get("prices", {}).get(pk),
            max_people=maps.get("max_people", {}).get(pk, 1),
            room_ids=_all_or_none(maps.get("room_ids", {}).get(pk)),
            tariff_type_id=maps.get("tariff_type_ids", {}).get(pk),
        )
        for pk, count in counts.items()
    }


def _all_or_none(ids: Sequence[int] | None) -> tuple[int, ...] | None:
    return None if ids is None else tuple(ids)


class RoomsAndPricesIn(In[Mapping[int, RoomsAndPrice]]):
    builds = _rooms_and_prices
    aliases: ClassVar = {"rooms": "number_of_rooms"}

    number_of_rooms = by_room_type(
        serializers.IntegerField(min_value=0, max_value=MOST_OF_TYPE),
        "counts",
        "how many rooms it has; 0 ends its rooms and its price.",
        required=True,
    )
    existing_room_uids = by_room_type(
        RoomIds(child=Uid(), max_length=MOST_OF_TYPE),
        "room_ids",
        "ids of its rooms, which must be all that it has. Too many go in this order.",
    )
    rates_uid = by_room_type(
        serializers.IntegerField(min_value=0, max_value=LARGEST_ID),
        "rate_ids",
        "id of a rate. Not needed: rates of nights keep their ids.",
    )
    tarifftype_id = by_room_type(
        serializers.IntegerField(min_value=0, max_value=LARGEST_ID),
        "tariff_type_ids",
        "id of its tariff; 0 or none where it does not matter.",
    )
    roomrateperday = by_room_type(
        EnteredAmount(), "prices", "price of a night. Without it prices stay as they are."
    )
    max_people = by_room_type(
        serializers.IntegerField(min_value=1, max_value=1000),
        "capacities",
        "people in each new room, 1 unless sent.",
    )
    maxpeople_tariff = by_room_type(
        serializers.IntegerField(min_value=1, max_value=SMALL),
        "max_people",
        "largest party for the price, 1 unless sent.",
    )


def _unit_and_price(
    *,
    room_id: int,
    tariff_type_id: int,
    rate_id: int,
    price: Decimal = HUNDRED,
    **others: Any,
) -> dict[str, Any]:
    """What is wanted; `rate_id` does not matter, since nights keep theirs."""
    ids = {"room_id": room_id or None, "tariff_type_id": tariff_type_id or None}
    return {"price": price, **ids, **others}


class UnitAndPriceIn(In[dict[str, Any]]):
    builds = _unit_and_price

    tarifftypeid = _known_id("tariff_type_id", "The tariff; 0 where it does not matter.")
    rates_uid = _known_id("rate_id", "A rate. Not needed: rates of nights keep their ids.")
    room_uid = _known_id("room_id", "The room; 0 for the one that there is, or a new one.")
    roomtype = Uid(source="room_type_id", help_text="Room type id.")
    max_people = serializers.IntegerField(
        min_value=1,
        max_value=1000,
        required=False,
        help_text="Largest party for the price, 100 unless sent, and what a new room takes.",
    )
    roomrateperday = EnteredAmount(
        source="price", required=False, help_text="Price of a night, 100 unless sent."
    )
