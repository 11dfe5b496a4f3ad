"""Compiled outputs say what DRF's own serializers say, of many values at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from rest_framework import serializers

from bookyflow.api.wire.compiled import Compiled, Payload
from bookyflow.api.wire.fields import Amount, Flag


class BedOut(serializers.Serializer[Any]):
    kind = serializers.CharField()
    wide = Flag(source="is_wide")


class SignOut(serializers.Serializer[Any]):
    number = serializers.CharField()


class RoomOut(serializers.Serializer[Any]):
    number = serializers.CharField()
    town = serializers.CharField(source="property.town")
    sign = SignOut(source="*")
    beds = BedOut(many=True)
    best = BedOut(allow_null=True)
    view = serializers.CharField(required=False)
    floor = serializers.IntegerField(default=0)
    doors = serializers.IntegerField(source="count_doors")
    ids = serializers.ListField(child=serializers.IntegerField())
    prices = serializers.DictField(child=serializers.DecimalField(8, 2, allow_null=True))
    opened = serializers.DateField()
    loud = serializers.SerializerMethodField()
    secret = serializers.CharField(write_only=True)

    def get_loud(self, room: Any) -> str:
        return f"{room['number']}!" if isinstance(room, dict) else f"{room.number}!"


class PriceOut(serializers.Serializer[Any]):
    price = Amount()


BED = {"kind": "double", "is_wide": True}
ROOM = {
    "number": "12",
    "property": {"town": "Tenby"},
    "beds": [BED, BED | {"is_wide": False}],
    "best": None,
    "count_doors": lambda: 3,
    "ids": (1, 2),
    "prices": {1: Decimal("9.5"), 2: None},
    "opened": date(2027, 3, 1),
}


class Room(SimpleNamespace):
    def count_doors(self) -> int:
        return 2


def compiled(field: Any) -> Compiled:
    return Compiled(type("Answer", (Payload,), {"value": field}))


@pytest.mark.parametrize(
    "room",
    [
        ROOM,
        SimpleNamespace(**ROOM | {"view": "sea", "floor": 4, "best": SimpleNamespace(**BED)}),
        ROOM | {"view": None},
        Room(**{name: value for name, value in ROOM.items() if name != "count_doors"}),
    ],
)
def test_says_what_the_serializer_says(room):
    ours = compiled(RoomOut())({"value": room}, {})

    assert ours == {"value": RoomOut(room).data}
    assert "secret" not in ours["value"]


def test_lists_maps_and_nothing():
    assert compiled(RoomOut(many=True))({"value": [ROOM]}, {}) == {"value": [RoomOut(ROOM).data]}
    assert compiled(RoomOut(allow_null=True))({"value": None}, {}) == {"value": None}
    assert compiled(serializers.DictField(child=BedOut()))({"value": {7: BED}}, {}) == {
        "value": {"7": {"kind": "double", "wide": 1}}
    }


def test_what_is_missing_without_leave_is_a_fault():
    with pytest.raises(KeyError):
        compiled(BedOut())({"value": {"kind": "double"}}, {})


def test_answers_made_at_the_same_time_keep_their_own_context():
    price = compiled(PriceOut(many=True))
    values = {"value": [{"price": Decimal("9.5")}] * 50}
    decimals = {"EUR": "9.50", "JPY": "10", "KWD": "9.500"}

    def answer(currency):
        found = price(values, {"currency": currency})["value"]
        return {each["price"] for each in found} == {decimals[currency]}

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(answer, [*decimals] * 60))
