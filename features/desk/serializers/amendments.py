from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.asked import MOST_PEOPLE, Quantities, ages_asked
from bookyflow.api.wire.fields import Amount, DateField, JSONText, PlainText, Truth, Uid
from bookyflow.api.wire.inputs import In
from bookyflow.reservations.amendments.changes import Amendment, PriceMode
from features.desk.serializers.bookings import DeskBookingOut
from features.desk.serializers.fields import OverrideList
from features.desk.serializers.making import rooms_wanted


class AmendmentIn(In[Amendment]):
    builds = Amendment.of

    price = serializers.ChoiceField(
        choices=[mode.value for mode in PriceMode],
        help_text="kept: the price stays as it is. repriced: all of it is made anew as of today. "
        "granted: what the booking has keeps its terms, and only what is new is priced.",
    )
    arrival = DateField(required=False)
    departure = DateField(required=False)
    rooms = rooms_wanted()
    adults = serializers.IntegerField(min_value=1, max_value=MOST_PEOPLE, required=False)
    child_ages = ages_asked()
    extras = JSONText(
        Quantities(),
        required=False,
        help_text="Quantities by extra id: all that there will be; not with a price that is kept.",
    )
    coupon_code = PlainText(
        source="coupon",
        max_length=50,
        required=False,
        allow_blank=True,
        help_text="Empty: no coupon any more. Not with a price that is kept.",
    )
    agreed_price = Amount(
        source="agreed",
        required=False,
        help_text="Of the rooms for the whole stay; not with a price that is kept.",
    )
    drop_agreed_price = Truth(
        source="drops_agreed",
        default=False,
        help_text="The tariffs count again in place of an agreed price.",
    )
    override = JSONText(OverrideList(), required=False)


class AmendmentPreviewOut(serializers.Serializer[Any]):
    total_before = Amount(help_text="What the booking costs as it is.")
    difference = Amount(help_text="What the change costs; negative: it is cheaper.")
    booking = DeskBookingOut(help_text="As it would be. Ids of new lines belong to nothing.")


class MoveIn(serializers.Serializer[Any]):
    from_room_uid = Uid(source="from_room_id", help_text="A room that the booking has.")
    to_room_uid = Uid(source="to_room_id", help_text="A room that is free for all of its nights.")
    override = JSONText(OverrideList(), required=False)
