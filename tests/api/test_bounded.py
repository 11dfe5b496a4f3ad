"""Lists and maps whose size is looked at before anything inside."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework import serializers

from bookyflow.api.wire.asked import Quantities
from bookyflow.api.wire.bounded import BoundedJSON, BoundedList, BoundedMap, fits, unbounded
from bookyflow.api.wire.date_maps import DateMap
from bookyflow.api.wire.fields import JSONText
from bookyflow.api.wire.lean import LeanDict, LeanList
from bookyflow.properties.models import PropertyType


class Untouched(serializers.Field[Any, Any, Any, Any]):
    """Fails when it is asked anything."""

    def to_internal_value(self, data: Any) -> Any:
        raise AssertionError(data)


class Item(serializers.Serializer[Any]):
    value = Untouched()


@pytest.mark.parametrize(
    ("field", "data"),
    [
        (BoundedList(child=Untouched(), max_length=2), [1, 2, 3]),
        (LeanList(child=Item(), max_length=2), [{"value": 1}] * 3),
        (JSONText(BoundedList(child=Untouched(), max_length=2)), "[1, 2, 3]"),
        (serializers.ListSerializer(child=Item(), max_length=2), [{"value": 1}] * 3),
        (BoundedMap(child=Untouched(), max_length=2), {"1": 1, "2": 2, "3": 3}),
        (LeanDict(child=Untouched(), max_length=2), {"1": 1, "2": 2, "3": 3}),
        (Quantities(child=Untouched(), max_length=2), {"1": 1, "2": 2, "3": 3}),
        (DateMap(child=Untouched(), max_length=2), {"1": 1, "2": 2, "3": 3}),
    ],
)
def test_what_is_too_long_is_refused_before_any_item_is_looked_at(field, data):
    with pytest.raises(serializers.ValidationError):
        field.run_validation(data)


@pytest.mark.parametrize("data", [[], [1], [1, 2]])
def test_a_list_up_to_its_bound_is_taken(data):
    field = BoundedList(child=serializers.IntegerField(), max_length=2)

    assert field.run_validation(data) == data


@pytest.mark.parametrize("bad", ["12", {"1": 1}, 1, True])
def test_what_is_no_list_is_refused_as_before(bad):
    with pytest.raises(serializers.ValidationError, match="Expected a list"):
        BoundedList(child=Untouched(), max_length=2).run_validation(bad)


def test_a_map_up_to_its_bound_is_taken():
    field = BoundedMap(child=serializers.IntegerField(), max_length=1)

    assert field.run_validation({"a": 1}) == {"a": 1}
    with pytest.raises(serializers.ValidationError, match="no more than 1 entries"):
        field.run_validation({"a": 1, "b": 2})


def test_collections_have_no_size_of_their_own():
    for kind in (BoundedList, BoundedMap, BoundedJSON, LeanDict, LeanList):
        with pytest.raises(TypeError):
            kind()


@pytest.mark.parametrize(
    ("value", "size"),
    [
        (None, 1),
        (7, 1),
        ("four", 5),
        ([], 1),
        ([1, 2], 3),
        ({"ab": 1}, 4),
        ({"ab": ["c", {}]}, 7),
    ],
)
def test_free_json_is_measured_in_characters_and_values(value, size):
    assert fits(value, size)
    assert not fits(value, size - 1)


def test_free_json_beyond_its_size_is_refused():
    field = BoundedJSON(max_size=10)

    assert field.run_validation({"a": [1, 2]}) == {"a": [1, 2]}
    with pytest.raises(serializers.ValidationError, match="At most 10 characters and values"):
        field.run_validation({"a": "0123456789"})


class Tags(serializers.ModelSerializer[PropertyType]):
    """A relation to many, which DRF makes of its own accord."""

    room_types = serializers.PrimaryKeyRelatedField(many=True, queryset=PropertyType.objects.none())

    class Meta:
        model = PropertyType
        fields = ("name", "room_types")


class Inner(serializers.Serializer[Any]):
    plain = serializers.ListField()
    bounded = BoundedList(child=BoundedMap(max_length=1), max_length=1)
    shown = serializers.ListField(read_only=True)


class Outer(serializers.Serializer[Any]):
    text = serializers.CharField()
    some = BoundedMap(child=serializers.DictField(), max_length=1)
    many = Item(many=True)
    few = Inner(many=True, max_length=3)
    packed = JSONText(serializers.ListField())
    free = serializers.JSONField()
    choices = serializers.MultipleChoiceField(choices=["a", "b"])
    tags = Tags()


def test_names_every_field_that_takes_any_size():
    assert unbounded(Outer) == [
        "some (DictField)",
        "many (ListSerializer)",
        "few.plain (ListField)",
        "packed (ListField)",
        "free (JSONField)",
        "choices (MultipleChoiceField)",
        "tags.room_types (ManyRelatedField)",
    ]
