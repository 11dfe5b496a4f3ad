from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from django.core.exceptions import ImproperlyConfigured
from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, DateField, EnteredAmount
from bookyflow.api.wire.inputs import In
from bookyflow.api.wire.lean import LeanDict, LeanList, LeanRows


class RangeIn(serializers.Serializer[Any]):
    date_from = DateField()
    price = Amount()
    nights = serializers.IntegerField(min_value=1, max_value=9)
    is_open = serializers.BooleanField(allow_null=True)


class Cheap(EnteredAmount):
    """Has a check of its own, and none for many at once."""

    def to_internal_value(self, data: Any) -> Decimal:
        found = super().to_internal_value(data)
        if found > 150:
            self.fail("invalid")
        return found


class HookedIn(RangeIn):
    def validate(self, attrs: Any) -> Any:
        return attrs


class DeepIn(serializers.Serializer[Any]):
    price = Amount(source="cost.amount")


class TextIn(serializers.Serializer[Any]):
    text = serializers.CharField()


GOOD = {"date_from": "2027-06-01", "price": "95.5", "nights": 2, "is_open": True}
HOSTILE = [
    *({**GOOD, "date_from": bad} for bad in (None, "", 5, [], "2027-02-30")),
    *({**GOOD, "price": bad} for bad in (None, "", "NaN", -1, True, {}, "1e3")),
    *({**GOOD, "nights": bad} for bad in (None, "", 0, 10, "x", 2.5, [])),
    *({**GOOD, "is_open": bad} for bad in ("maybe", [], {})),
    *({name: value for name, value in GOOD.items() if name != missing} for missing in GOOD),
    {},
    None,
    5,
    "text",
    [],
    [GOOD],
]


def detail(field, data) -> Any:
    with pytest.raises(serializers.ValidationError) as info:
        field.run_validation(data)
    return info.value.detail


def test_good_items_are_converted():
    items = LeanList(max_length=9, child=RangeIn()).run_validation(
        [GOOD, {**GOOD, "nights": "3", "is_open": None, "more": 1}]
    )

    assert items == [
        {
            "date_from": date(2027, 6, 1),
            "price": Decimal("95.5"),
            "nights": nights,
            "is_open": is_open,
        }
        for nights, is_open in ((2, True), (3, None))
    ]


@pytest.mark.parametrize("bad", HOSTILE, ids=repr)
def test_refusals_are_those_of_the_framework(bad):
    usual = serializers.ListField(child=RangeIn())

    assert detail(LeanList(max_length=9, child=RangeIn()), [GOOD, bad]) == detail(
        usual, [GOOD, bad]
    )


@pytest.mark.parametrize("bad", [None, "x", {}, 5])
def test_what_is_no_list_is_refused_as_by_the_framework(bad):
    usual = serializers.ListField(child=RangeIn())

    assert detail(LeanList(max_length=9, child=RangeIn()), bad) == detail(usual, bad)


class PriceIn(serializers.Serializer[Any]):
    price = EnteredAmount()
    night = DateField()


class CheapIn(PriceIn):
    price = Cheap()


USUAL = ["95.5", "1", "100.125"]


@pytest.mark.parametrize("child", [PriceIn, CheapIn])
@pytest.mark.parametrize(
    "others",
    [[], [180], [95.5], ["180,00"], [" 95 "], ["1\n5"], ["5\n"], [""], [None], ["-1"], ["200"]],
    ids=repr,
)
def test_amounts_are_checked_at_once_as_one_by_one(child, others):
    data = [{"price": price, "night": "2027-06-01"} for price in [*USUAL, *others, *USUAL]]
    lean, usual = LeanList(max_length=9, child=child()), serializers.ListField(child=child())
    try:
        expected = usual.run_validation(data)
    except serializers.ValidationError:
        assert detail(lean, data) == detail(usual, data)
    else:
        assert lean.run_validation(data) == expected


class Night(NamedTuple):
    night: date
    price: Decimal


class SwappedIn(PriceIn):
    builds = Night


def test_items_are_built_by_name():
    data = [{"price": "95.5", "night": "2027-06-01"}]

    assert LeanList(max_length=9, child=SwappedIn()).run_validation(data) == [
        Night(date(2027, 6, 1), Decimal("95.5"))
    ]


def test_every_item_at_fault_is_told():
    assert sorted(detail(LeanList(max_length=9, child=RangeIn()), [5, GOOD, {}])) == [0, 2]


@pytest.mark.parametrize("child", [HookedIn, DeepIn, TextIn])
def test_a_child_that_does_more_is_a_fault_of_ours(child):
    with pytest.raises(ImproperlyConfigured):
        LeanList(max_length=9, child=child()).run_validation([{}])


def test_values_of_a_map_are_converted():
    field = LeanDict(max_length=9, child=Amount(allow_null=True))

    assert field.run_validation({"a": "1.5", 2: None}) == {"a": Decimal("1.5"), "2": None}


@pytest.mark.parametrize("alike", [[1, True], [True, 1], [1.0, True]])
def test_a_value_is_not_taken_for_one_that_is_equal_to_it(alike):
    data = dict(zip("ab", alike, strict=True))
    usual = serializers.DictField(child=Amount())

    assert detail(LeanDict(max_length=9, child=Amount()), data) == detail(usual, data)


@pytest.mark.parametrize("bad", [None, "x", -1, [], 10**9])
def test_refusals_of_values_are_those_of_the_framework(bad):
    data = {"a": 1, "b": bad, "c": "y"}
    usual = serializers.DictField(child=Amount())

    assert detail(LeanDict(max_length=9, child=Amount()), data) == detail(usual, data)


def test_limits_of_values_hold():
    field = LeanDict(max_length=9, child=serializers.IntegerField(min_value=1))

    assert list(detail(field, {"a": 1, "b": 0})) == ["b"]


class RowIn(In[dict[str, Any]]):
    builds = dict

    date_from = DateField(source="first")
    price = Amount(required=False)
    nights = serializers.IntegerField(min_value=1, max_value=9, required=False)
    is_open = serializers.BooleanField(required=False)


class DefaultIn(RowIn):
    price = Amount(default=0)


ROWS = LeanRows(max_length=99, child=RowIn(), refused=lambda problems: ("refused", problems))


def test_rows_have_what_they_name_and_stand_for_themselves():
    first = date(2027, 6, 1)

    assert ROWS.run_validation(
        [
            {"date_from": "2027-06-01", "nights": 1, "more": 1},
            {"date_from": "2027-06-01", "nights": True},
            {"date_from": "2027-06-01", "price": "95.5", "is_open": "true"},
            {"nights": 0},
            5,
            {"other": [], "nights": [1], "date_from": "2027-06-01"},
            {"nights": 1, "date_from": "2027-06-01"},
        ]
    ) == [
        {"first": first, "nights": 1},
        ("refused", {"nights": ["A valid integer is required."]}),  # although 1 was one
        {"first": first, "price": Decimal("95.5"), "is_open": True},
        (
            "refused",
            {
                "date_from": ["This field is required."],
                "nights": ["Ensure this value is greater than or equal to 1."],
            },
        ),
        ("refused", {"": ["Invalid data. Expected a dictionary, but got int."]}),
        ("refused", {"nights": ["A valid integer is required."]}),
        {"first": first, "nights": 1},
    ]


class Room(NamedTuple):
    first: date
    nights: int = 1
    price: Decimal | None = None


class RoomIn(RowIn):
    builds = Room


def test_rows_become_named_tuples_with_their_defaults():
    rows = LeanRows(max_length=9, child=RoomIn(), refused=dict)
    first = date(2027, 6, 1)

    assert rows.run_validation(
        [{"price": "9", "date_from": "2027-06-01"}, {"date_from": "2027-06-01", "nights": 2}]
    ) == [Room(first, price=Decimal(9)), Room(first, 2)]


@pytest.mark.parametrize("item", HOSTILE, ids=str)
def test_a_row_at_fault_has_the_problems_that_its_serializer_finds(item):
    found = ROWS.run_validation([item])[0]

    try:
        assert found == RowIn().run_validation(item)
    except serializers.ValidationError as error:
        named = error.detail if isinstance(error.detail, dict) else {"": []}
        told = {"" if name == "non_field_errors" else name for name in named}
        assert found[0] == "refused"
        assert found[1].keys() == told


def test_rows_with_defaults_are_no_lean_ones():
    rows = LeanRows(max_length=9, child=DefaultIn(), refused=dict)
    with pytest.raises(ImproperlyConfigured):
        rows.run_validation([{}])
