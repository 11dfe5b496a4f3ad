from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
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
from bookyflow.core.money import amount_text
from bookyflow.reservations.public_booking import Confirmation, VisitorRequest
from bookyflow.reservations.tokens import booking_token

LONGEST_QUOTE = 50_000


class QuoteIn(In[VisitorRequest]):
    builds = VisitorRequest.of

    property_uid = Uid()
    arrival = DateField()
    departure = DateField(
        required=False, help_text="Absent only where the property presets the length of stays."
    )
    rooms = rooms_asked(RoomWishIn(), "Absent only for a property that is let as a whole.")
    adults = serializers.IntegerField(min_value=1, max_value=MOST_PEOPLE, required=False)
    child_ages = ages_asked()
    extras = JSONText(Quantities(), required=False, help_text="Quantities by extra id.")
    guest_types = JSONText(Quantities(), required=False, help_text="Quantities by guest type id.")
    coupon_code = PlainText(source="coupon", max_length=50, required=False, allow_blank=True)
    guest_token = PlainText(
        max_length=200,
        required=False,
        allow_blank=True,
        help_text="From a personal link of the property: gives the guest's own discount.",
    )


class BookingToken(serializers.CharField):
    """The secret that goes with a booking's number."""

    def to_representation(self, value: Any) -> str:
        """The token."""
        return booking_token(value.number, value.token_version)


class Balance(serializers.CharField):
    """An amount in the currency of the answer, below zero where somebody is owed it."""

    def to_representation(self, value: Any) -> str:
        """The wire form."""
        return amount_text(value, self.context["view"].currency)


class LineOut(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="accommodation, discount, extra, city_tax …")
    rule = serializers.CharField(help_text="By which rule; a stable code.")
    description = serializers.CharField()
    explanation = serializers.CharField(help_text="How the amount came about.")
    first_night = DateField(allow_null=True)
    last_night = DateField(allow_null=True, help_text="Included.")
    quantity = serializers.IntegerField()
    unit = Amount()
    net = Amount()
    tax_rate = serializers.CharField(source="tax_percent", help_text="Per cent.")
    tax = Amount()
    gross = Amount()


class BookedLineOut(LineOut):  # the document tells it apart from the line of a price
    pass


class QuotedRoomOut(serializers.Serializer[Any]):
    room_type_uid = serializers.IntegerField(source="room_type_id")
    room_type = serializers.CharField()
    tariff_type_uid = serializers.IntegerField(source="tariff_type_id", allow_null=True)
    tariff = serializers.CharField()
    adults = serializers.IntegerField()


class QuoteOut(serializers.Serializer[Any]):
    quote = serializers.CharField(
        source="text", help_text="Send it to hold or confirm; signed by us."
    )
    expires_at = serializers.DateTimeField(help_text="The price is guaranteed until then.")
    property_uid = serializers.IntegerField(source="quote.property_id")
    arrival = DateField(source="quote.stay.arrival")
    departure = DateField(source="quote.stay.departure")
    nights = serializers.IntegerField(source="quote.nights.length")
    adults = serializers.IntegerField(source="quote.stay_request.adults")
    children = serializers.IntegerField(source="quote.stay_request.children")
    rooms = QuotedRoomOut(source="quote.rooms", many=True)
    currency_code = serializers.CharField(source="currency")
    lines = LineOut(
        source="quote.breakdown.lines",
        many=True,
        help_text="Their gross amounts add up to the total.",
    )
    net = Amount(source="quote.breakdown.net")
    tax = Amount(source="quote.breakdown.tax")
    total = Amount(source="quote.breakdown.total")
    deposit_required = Amount(source="quote.deposit", help_text="Due in advance.")
    security_deposit = Amount(source="quote.security", help_text="Refundable; in no total.")


class HoldIn(serializers.Serializer[Any]):
    quote = PlainText(max_length=LONGEST_QUOTE)


class HoldOut(serializers.Serializer[Any]):
    reference = serializers.CharField(
        source="number", help_text="The number that the booking will have."
    )
    token = BookingToken(source="*", help_text="Needed to read, confirm or cancel. Keep it secret.")
    expires_at = serializers.DateTimeField(help_text="The rooms are held until then.")
    property_uid = serializers.IntegerField(source="property.pk")
    arrival = DateField()
    departure = DateField(source="departs_on")
    currency_code = serializers.CharField(source="currency")
    total = Amount()
    deposit_required = Amount()


class ConfirmIn(In[Confirmation]):
    builds = Confirmation
    # The property's own questions keep their names, which may be those of a guest's fields.
    aliases = {name: name for name in ("first_name", "phone", "mobile")}

    reference = PlainText(
        max_length=10,
        validators=[RegexValidator("^[0-9]{10}$")],
        required=False,
        help_text="Of a hold; its token goes in the header.",
    )
    quote = PlainText(
        max_length=LONGEST_QUOTE, required=False, help_text="To book at once, without a hold."
    )
    guest = JSONText(GuestIn())
    remarks = PlainText(max_length=5000, required=False, allow_blank=True)
    referrer = PlainText(max_length=255, required=False, allow_blank=True)
    answers = answers_given()


class GuestBookingOut(serializers.Serializer[Any]):
    reference = serializers.CharField(source="number")
    token = BookingToken(source="*", help_text="Needed to read or cancel. Keep it secret.")
    status = serializers.ChoiceField(
        source="state",
        choices=[
            "held",
            "expired",
            "enquiry",
            "provisional",
            "confirmed",
            "checked_in",
            "checked_out",
            "cancelled",
            "no_show",
            "rejected",
        ],
    )
    property_uid = serializers.IntegerField(source="property.pk")
    property_name = serializers.CharField(source="property.name")
    arrival = DateField()
    departure = DateField(source="departs_on")
    adults = serializers.IntegerField()
    children = serializers.IntegerField()
    currency_code = serializers.CharField(source="currency")
    lines = BookedLineOut(many=True)
    total = Amount()
    deposit_required = Amount()
    paid = Amount()
    pay_by = serializers.DateTimeField(
        allow_null=True,
        help_text="The deposit has to come by then, or the booking ends; null: it stays.",
    )
    balance = Balance(source="amount_due", help_text="Total less paid; negative: to be refunded.")
    version = serializers.IntegerField(allow_null=True)
