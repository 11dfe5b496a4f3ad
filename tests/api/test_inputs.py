"""Inputs become values of the domain, and refusals come back by the caller's names."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from rest_framework import serializers

from bookyflow.api.errors import refusal_on_the_wire, translated
from bookyflow.api.wire.fields import JSONText, Uid
from bookyflow.api.wire.inputs import In, checked, error_on_the_wire, on_the_wire
from bookyflow.api.wire.lean import LeanList
from bookyflow.core.errors import DomainError


@dataclass(frozen=True)
class Nights:
    first: date
    last: date

    def __post_init__(self):
        if self.last < self.first:
            raise DomainError("validation_failed", fields={"last": ["Too early."]})


@dataclass(frozen=True)
class Change:
    ranges: list[Nights]
    room_type_id: int = 0


class NightsIn(In[Nights]):
    builds = Nights

    date_from = serializers.DateField(source="first")
    date_to = serializers.DateField(source="last")


class ChangeIn(In[Change]):
    builds = Change
    aliases = {"rates": "tariffinput"}  # as a subclass writes it

    property_uid = Uid()
    dates = JSONText(LeanList(child=NightsIn(), max_length=5), source="ranges")
    roomclass_uid = Uid(source="room_type_id", required=False)


DATES = {"date_from": "2027-03-01", "date_to": "2027-03-04"}
BODY = {"property_uid": 3, "dates": [DATES], "roomclass_uid": 7}
NIGHTS = Nights(date(2027, 3, 1), date(2027, 3, 4))


def read(body):
    return checked(ChangeIn, body, {})


def test_builds_the_value_and_what_is_in_it():
    assert read(BODY) == Change([NIGHTS], 7)
    assert read({"property_uid": 3, "dates": []}) == Change([])


@pytest.mark.parametrize(
    ("item", "problems"),
    [
        (DATES | {"date_to": "2027-02-01"}, {"date_to": ["Too early."]}),
        ({"date_from": "2027-03-01"}, {"date_to": ["This field is required."]}),
        (None, {"non_field_errors": ["Invalid data. Expected a dictionary, but got NoneType."]}),
    ],
)
def test_refusals_name_the_fields_that_were_sent(item, problems):
    if item is None:
        problems = ["This field may not be null."]
    with pytest.raises(serializers.ValidationError) as refused:
        read(BODY | {"dates": [DATES, item]})

    assert refused.value.detail == {"dates": {1: problems}}


def test_what_is_wrong_inside_an_object_has_its_names():
    class StayIn(serializers.Serializer):
        nights = JSONText(NightsIn())
        aliases = {"last": "last"}

    said = {"nights": {"last": ["Over."]}, "last": ["Odd."], "answers": {"last": ["None."]}}

    assert on_the_wire(said, StayIn) == {
        "nights": {"date_to": ["Over."]},
        "last": ["Odd."],
        "answers": {"last": ["None."]},
    }


def test_what_the_domain_says_later_is_in_the_callers_names():
    said = {"room_type_id": ["Unknown."], "last": ["Over."], "rates": ["None."], "other": ["Odd."]}

    assert on_the_wire(said, ChangeIn) == {
        "roomclass_uid": ["Unknown."],
        "date_to": ["Over."],
        "tariffinput": ["None."],
        "other": ["Odd."],
    }


def test_paths_and_the_refusals_of_items_are_in_the_callers_names_as_well():
    item = DomainError("validation_failed", "ranges[1].last: Over.", fields={"ranges[1].last": []})
    error = DomainError("conflict", "room_type_id: Taken.", results={"A": item})

    error_on_the_wire(error, ChangeIn)

    assert (item.detail, list(item.fields)) == ("dates[1].date_to: Over.", ["dates[1].date_to"])
    assert error.detail == "room_type_id: Taken."  # it names no field


def test_what_a_model_refuses_comes_by_the_callers_names():
    exc = refusal_on_the_wire(ValidationError({"room_type_id": ["Unknown."]}), ChangeIn)

    error = translated(exc)
    assert (error.key, error.detail) == ("validation_failed", "Invalid: roomclass_uid.")
    assert error.fields == {"roomclass_uid": ["Unknown."]}


def test_a_constraint_that_is_not_known_stays_a_fault():
    exc = IntegrityError("of nobody")

    assert refusal_on_the_wire(exc, ChangeIn) is exc


class Asking(serializers.CharField):
    """Who calls, and what was sent."""

    def to_internal_value(self, data):
        return f"{self.context['who']}: {super().to_internal_value(data)}"


class AskingIn(serializers.Serializer):
    text = JSONText(Asking(), required=False)
    more = serializers.ListField(child=Asking(), default=list)


def test_an_input_is_made_once_and_each_call_has_its_own_context():
    results = {}
    both_in = threading.Barrier(2)

    def call(who):
        both_in.wait()
        for number in range(200):
            found = checked(AskingIn, {"more": [str(number)]}, {"who": who})
            results.setdefault(who, []).append(found["more"][0])

    threads = [threading.Thread(target=call, args=[who]) for who in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == {who: [f"{who}: {number}" for number in range(200)] for who in ("a", "b")}


def test_what_one_call_has_made_is_not_the_next_ones():
    checked(AskingIn, {}, {})["more"].append("left behind")

    assert checked(AskingIn, {}, {}) == {"more": []}
