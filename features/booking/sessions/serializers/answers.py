from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import DateField
from bookyflow.reservations.tokens import booking_token


class ValidOut(serializers.Serializer[Any]):
    valid = serializers.BooleanField(help_text="Always true: what is not is refused.")


class VerdictOut(serializers.Serializer[Any]):
    valid = serializers.BooleanField()
    reason = serializers.CharField(help_text="What is missing or wrong; empty when valid.")
    key = serializers.CharField(help_text="Stable identifier of the reason; empty when valid.")
    error_number = serializers.CharField(
        help_text="Its number, of booking/error_messages; empty when valid."
    )


class ReadyOut(serializers.Serializer[Any]):
    response = serializers.BooleanField(source="valid")


class RoomsHeldOut(serializers.Serializer[Any]):
    valid = serializers.BooleanField(help_text="Always true: what is not is refused.")
    hatPair = serializers.CharField(
        source="pairs", help_text="The accepted pairs of room and tariff; empty for none."
    )
    expires_at = serializers.DateTimeField(
        allow_null=True, help_text="The rooms are held until then; each call renews that."
    )


class ErrorMessageOut(serializers.Serializer[Any]):
    error_message = serializers.CharField()
    error_number = serializers.CharField()


class ErrorMessagesOut(serializers.Serializer[Any]):
    messages = serializers.DictField(child=ErrorMessageOut(), help_text="By number.")


class PeriodsOut(serializers.Serializer[Any]):
    periods = serializers.ListField(child=DateField())


class SessionRegionsOut(serializers.Serializer[Any]):
    regions = serializers.DictField(
        child=serializers.CharField(), help_text="Names by region id, in their order."
    )


class PriceTextOut(serializers.Serializer[Any]):
    price = serializers.CharField()


class AddressOut(serializers.Serializer[Any]):
    firstname = serializers.CharField(source="first_name")
    surname = serializers.CharField()
    house = serializers.CharField()
    street = serializers.CharField()
    town = serializers.CharField()
    region = serializers.CharField(help_text="ISO 3166-2.")
    country = serializers.CharField()
    postcode = serializers.CharField()
    tel_mobile = serializers.CharField(source="mobile")
    tel_landline = serializers.CharField(source="phone")
    email = serializers.CharField()


class SessionOut(serializers.Serializer[Any]):
    property_uid = serializers.IntegerField(source="session.property_id")
    language = serializers.CharField(source="session.language")
    arrivalDate = DateField(source="session.arrival", allow_null=True)
    departureDate = DateField(source="session.departure", allow_null=True)
    adults = serializers.IntegerField(source="session.adults", allow_null=True)
    child_ages = serializers.ListField(
        child=serializers.IntegerField(), source="session.child_ages"
    )
    hatPair = serializers.CharField(source="pairs", help_text="Pairs of room and tariff.")
    extras = serializers.DictField(
        child=serializers.IntegerField(), help_text="Quantities by extra id."
    )
    address = AddressOut(
        source="guest",
        allow_null=True,
        help_text="What the guest has typed; null before, and once the booking is made.",
    )
    answers = serializers.DictField(
        child=serializers.JSONField(),
        source="session.answers",
        help_text="To the property's own questions, by field name.",
    )
    notes = serializers.ListField(child=serializers.CharField())
    ready = serializers.BooleanField(help_text="Whether it would do for a booking.")
    held_until = serializers.DateTimeField(
        allow_null=True, help_text="The rooms are held until then; null: none are."
    )
    expires_at = serializers.DateTimeField(
        source="session.expires_at", help_text="The session ends then, unless it is used."
    )
    booked = serializers.BooleanField(source="is_booked", help_text="Whether it has been booked.")
    reference = serializers.CharField(
        source="booked.number",
        allow_null=True,
        default=None,
        help_text="The number that the booking has, or will have while rooms are held.",
    )
    token = serializers.SerializerMethodField(
        help_text="The secret that goes with the reference, for /booking/{reference}."
    )

    def get_token(self, shown: Any) -> str | None:
        """The token of the booking, or of what is held."""
        booked = shown.booked
        return booking_token(booked.number, booked.token_version) if booked else None
