from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers

from bookyflow.api.wire.bounded import BoundedJSON, BoundedList, BoundedMap
from bookyflow.api.wire.fields import Amount, CountryCode, DateField, JSONText, PlainText, Uid
from bookyflow.api.wire.inputs import In
from bookyflow.guests.services import GuestDetails
from bookyflow.reservations.staff_booking import StaffBooking
from bookyflow.reservations.stay_request import RoomRequest
from features.desk.serializers.fields import OverrideList

MOST_ROOMS, MOST_PEOPLE, MOST_CHILDREN, OLDEST_CHILD = 50, 500, 50, 17
MOST_EXTRAS, MOST_ANSWERS, LONGEST_ANSWER = 50, 200, 2001
_ID = re.compile("[1-9][0-9]{0,17}")


class DeskRoomIn(In[RoomRequest]):
    builds = RoomRequest

    room_type_uid = Uid(source="room_type_id", required=False, help_text="Absent: any type.")
    room_uid = Uid(source="room_id", required=False, help_text="Absent: any room of the type.")
    tariff_type_uid = Uid(
        source="tariff_type_id", required=False, help_text="Absent: the cheapest tariff offered."
    )
    adults = serializers.IntegerField(
        min_value=1,
        max_value=MOST_PEOPLE,
        required=False,
        help_text="Of every room or of none; absent: guests are spread over the rooms.",
    )


class QuantitiesById(BoundedMap):
    """Quantities by id."""

    child = serializers.IntegerField(min_value=1, max_value=1000)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MOST_EXTRAS, **kwargs)

    def to_internal_value(self, data: Any) -> dict[int, int]:
        """Id → quantity."""
        found = super().to_internal_value(data)
        if wrong := [key for key in found if not _ID.fullmatch(key)]:
            raise serializers.ValidationError({key: [gettext("An id is needed.")] for key in wrong})
        return {int(key): quantity for key, quantity in found.items()}


class DeskGuestIn(In[GuestDetails]):
    builds = GuestDetails

    surname = PlainText(max_length=100)
    firstname = PlainText(source="first_name", max_length=100, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
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


def rooms_wanted() -> JSONText:
    """The rooms of a body."""
    return JSONText(
        BoundedList(child=DeskRoomIn(), max_length=MOST_ROOMS),
        required=False,
        help_text="Absent only for a property that is let as a whole, and for what stays as it is.",
    )


def ages_told() -> JSONText:
    """The ages of children of a body."""
    return JSONText(
        BoundedList(
            child=serializers.IntegerField(min_value=0, max_value=OLDEST_CHILD),
            max_length=MOST_CHILDREN,
        ),
        required=False,
        help_text="One age per child.",
    )


class DeskBookingIn(In[StaffBooking]):
    builds = StaffBooking.of
    # The property's own questions keep their names, which may be those of a guest's fields.
    aliases = {name: name for name in ("first_name", "phone", "mobile")}

    arrival = DateField()
    departure = DateField(
        required=False, help_text="Absent only where the property presets the length of stays."
    )
    rooms = rooms_wanted()
    adults = serializers.IntegerField(min_value=1, max_value=MOST_PEOPLE, required=False)
    child_ages = ages_told()
    extras = JSONText(QuantitiesById(), required=False, help_text="Quantities by extra id.")
    guest_types = JSONText(
        QuantitiesById(), required=False, help_text="Quantities by guest type id."
    )
    coupon_code = PlainText(source="coupon", max_length=50, required=False, allow_blank=True)
    agreed_price = Amount(
        source="agreed",
        required=False,
        help_text="Of the rooms for the whole stay, in place of the tariffs.",
    )
    override = JSONText(OverrideList(), required=False)
    guest = JSONText(DeskGuestIn())
    remarks = PlainText(max_length=5000, required=False, allow_blank=True)
    referrer = PlainText(max_length=255, required=False, allow_blank=True)
    language = serializers.RegexField(
        "^[a-z]{2}(-[A-Z]{2})?$",
        required=False,
        help_text="In which the guest is written to; absent: the property's.",
    )
    answers = JSONText(
        BoundedMap(
            child=BoundedJSON(max_size=LONGEST_ANSWER, allow_null=True), max_length=MOST_ANSWERS
        ),
        required=False,
        help_text="Answers to the property's own questions, by field name.",
    )
