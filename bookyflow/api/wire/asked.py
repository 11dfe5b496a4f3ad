"""What a stay is asked for with, as visitors and staff write it, and the bounds of it."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers

from bookyflow.api.wire.bounded import BoundedJSON, BoundedList, BoundedMap
from bookyflow.api.wire.fields import CountryCode, JSONText, PlainText, Uid
from bookyflow.api.wire.inputs import In
from bookyflow.guests.services import GuestDetails
from bookyflow.reservations.stay_request import RoomRequest

MOST_ROOMS, MOST_PEOPLE, MOST_CHILDREN, OLDEST_CHILD = 50, 500, 50, 17
MOST_EXTRAS, MOST_ANSWERS, LONGEST_ANSWER = 50, 200, 2001
_ID = re.compile("[1-9][0-9]{0,17}")


class RoomWishIn(In[RoomRequest]):
    """A room of a type, or any one."""

    builds = RoomRequest

    room_type_uid = Uid(source="room_type_id", required=False, help_text="Absent: any type.")
    tariff_type_uid = Uid(
        source="tariff_type_id", required=False, help_text="Absent: the cheapest tariff offered."
    )
    adults = serializers.IntegerField(
        min_value=1,
        max_value=MOST_PEOPLE,
        required=False,
        help_text="Of every room or of none; absent: guests are spread over the rooms.",
    )


class Quantities(BoundedMap):
    """Quantities by id."""

    child = serializers.IntegerField(min_value=1, max_value=1000)

    def __init__(self, *, max_length: int = MOST_EXTRAS, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_internal_value(self, data: Any) -> dict[int, int]:
        """Id → quantity."""
        found = super().to_internal_value(data)
        if wrong := [key for key in found if not _ID.fullmatch(key)]:
            raise serializers.ValidationError({key: [gettext("An id is needed.")] for key in wrong})
        return {int(key): quantity for key, quantity in found.items()}


class GuestIn(In[GuestDetails]):
    """Whom a stay is for."""

    builds = GuestDetails

    surname = PlainText(max_length=100)
    firstname = PlainText(source="first_name", max_length=100, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254)
    tel_landline = PlainText(source="phone", max_length=50, required=False, allow_blank=True)
    tel_mobile = PlainText(source="mobile", max_length=50, required=False, allow_blank=True)
    house = PlainText(max_length=50, required=False, allow_blank=True)
    street = PlainText(max_length=255, required=False, allow_blank=True)
    town = PlainText(max_length=100, required=False, allow_blank=True)
    region = serializers.RegexField(
        "^[A-Z]{2}-[A-Z0-9]{1,3}$",
        required=False,
        allow_blank=True,
        help_text="ISO 3166-2, such as GB-PEM.",
    )
    postcode = PlainText(max_length=50, required=False, allow_blank=True)
    country = CountryCode(required=False, allow_blank=True)


def rooms_asked(room: RoomWishIn, help_text: str) -> JSONText:
    """The rooms of a body."""
    rooms = BoundedList(child=room, max_length=MOST_ROOMS)
    return JSONText(rooms, required=False, help_text=help_text)


def ages_asked() -> JSONText:
    """The ages of the children of a body."""
    age = serializers.IntegerField(min_value=0, max_value=OLDEST_CHILD)
    ages = BoundedList(child=age, max_length=MOST_CHILDREN)
    return JSONText(ages, required=False, help_text="One age per child.")


def answers_given() -> JSONText:
    """What a body answers to the property's own questions."""
    answer = BoundedJSON(max_size=LONGEST_ANSWER, allow_null=True)
    return JSONText(
        BoundedMap(child=answer, max_length=MOST_ANSWERS),
        required=False,
        help_text="Answers to the property's own questions, by field name.",
    )
