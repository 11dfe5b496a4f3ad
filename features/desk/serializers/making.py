from __future__ import annotations

from rest_framework import serializers

from bookyflow.api.wire.asked import (
    MOST_PEOPLE,
    GuestIn,
    Quantities,
    RoomWishIn,
    ages_asked,
    answers_given,
    rooms_asked,
)
from bookyflow.api.wire.fields import Amount, DateField, JSONText, PlainText, Uid
from bookyflow.api.wire.inputs import In
from bookyflow.reservations.staff_booking import StaffBooking
from features.desk.serializers.fields import OverrideList


class DeskRoomIn(RoomWishIn):
    room_uid = Uid(source="room_id", required=False, help_text="Absent: any room of the type.")


class DeskGuestIn(GuestIn):
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)


def rooms_wanted() -> JSONText:
    """The rooms of a body."""
    absent = "Absent only for a property that is let as a whole, and for what stays as it is."
    return rooms_asked(DeskRoomIn(), absent)


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
    child_ages = ages_asked()
    extras = JSONText(Quantities(), required=False, help_text="Quantities by extra id.")
    guest_types = JSONText(Quantities(), required=False, help_text="Quantities by guest type id.")
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
    answers = answers_given()
