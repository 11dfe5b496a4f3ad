from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from bookyflow.api.wire.asked import MOST_PEOPLE, Quantities, ages_asked, answers_given
from bookyflow.api.wire.bounded import BoundedList
from bookyflow.api.wire.fields import (
    CountryCode,
    DateField,
    JSONText,
    LineText,
    PlainText,
    RemoteId,
    Uid,
)
from bookyflow.api.wire.inputs import In
from bookyflow.booking_sessions.address import LONGEST_NOTES, NOTHING, Told
from bookyflow.booking_sessions.choosing import MOST_CHILDREN, Party, RoomChoice

LONGEST_PAIRS = 2000


def _child(*, id: int, quantity: int) -> tuple[int, int]:  # noqa: A002  # as the interface has it
    return id, quantity


class ChildQuantityIn(In[tuple[int, int]]):
    """How many children of a rate come. Whatever else is sent of it counts for nothing."""

    builds = _child

    id = Uid(help_text="Of the rate, as initialise has it.")
    quantity = serializers.IntegerField(min_value=0, max_value=MOST_CHILDREN)


class SessionDatesIn(In[dict[str, Any]]):
    builds = dict

    arrivalDate = DateField(source="arrival")
    departureDate = DateField(
        source="departure",
        required=False,
        default=None,
        help_text="Absent only where the property presets the length of stays.",
    )


class SessionPartyIn(In[Party]):
    builds = Party.of

    adults = serializers.IntegerField(min_value=1, max_value=MOST_PEOPLE)
    children = JSONText(
        BoundedList(child=ChildQuantityIn(), max_length=MOST_CHILDREN),
        required=False,
        help_text="By the property's child rates.",
    )
    child_ages = ages_asked()


class SessionRoomsIn(In[RoomChoice]):
    builds = RoomChoice.of
    aliases: ClassVar = {"rooms": "selectedRooms"}

    selectedRooms = PlainText(
        source="pairs",
        max_length=LONGEST_PAIRS,
        required=False,
        allow_blank=True,
        help_text="Pairs <room id>^<tariff id>, separated by commas. Counts for nothing where the "
        "property is let as a whole.",
    )
    extras = JSONText(Quantities(), required=False, help_text="Quantities by extra id.")


class SessionPairsIn(In[RoomChoice]):
    builds = RoomChoice.of
    aliases: ClassVar = {"rooms": "roomTariffPairs"}

    roomTariffPairs = PlainText(
        source="pairs",
        max_length=LONGEST_PAIRS,
        required=False,
        allow_blank=True,
        help_text="Pairs <room id>^<tariff id>, separated by commas. Empty: no rooms any more.",
    )
    extras = JSONText(Quantities(), required=False, help_text="Quantities by extra id.")


class SessionAddressIn(In[Told]):
    builds = Told.of

    firstname = LineText(source="first_name", max_length=100, required=False, allow_blank=True)
    surname = LineText(max_length=100, required=False, allow_blank=True)
    house = LineText(max_length=50, required=False, allow_blank=True)
    street = LineText(max_length=255, required=False, allow_blank=True)
    town = LineText(max_length=100, required=False, allow_blank=True)
    region = RemoteId(
        required=False, allow_blank=True, help_text="Id, ISO 3166-2 code or name of the region."
    )
    country = CountryCode(required=False, allow_blank=True)
    postcode = LineText(max_length=50, required=False, allow_blank=True)
    tel_mobile = LineText(source="mobile", max_length=50, required=False, allow_blank=True)
    tel_landline = LineText(source="phone", max_length=50, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)

    answers = answers_given()

    def to_internal_value(self, data: Any) -> Any:
        """The guest; what scripts write for an empty field is empty."""
        if isinstance(data, Mapping):
            data = {name: "" if _is_nothing(value) else value for name, value in data.items()}
        return super().to_internal_value(data)


def _is_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value.strip() in NOTHING)


class SessionNoteIn(serializers.Serializer[Any]):
    note = PlainText(max_length=LONGEST_NOTES)
