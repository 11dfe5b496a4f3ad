from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import AmountOrPercentage, Flag
from bookyflow.api.wire.guests import Percentage
from bookyflow.api.wire.shown import Instant, PersonalText
from bookyflow.core.places import region_number
from features.webhooks.objects.serializers.bookings import HIDDEN


class PersonalRegion(PersonalText):
    """The region of a guest, of which the code is known."""

    def to_representation(self, value: str) -> str:
        """Its number as text."""
        return super().to_representation(str(region_number(value)) if value else "")


class GuestReadOut(serializers.Serializer[Any]):
    guest_uid = serializers.IntegerField(source="pk")
    firstname = PersonalText(source="first_name", help_text=HIDDEN)
    surname = PersonalText(help_text=HIDDEN)
    house = PersonalText(help_text=HIDDEN)
    street = PersonalText(help_text=HIDDEN)
    town = PersonalText(help_text=HIDDEN)
    region = PersonalRegion(help_text=f"Id of the region. {HIDDEN}")
    country = PersonalText(help_text=f"ISO 3166-1, two letters. {HIDDEN}")
    postcode = PersonalText(help_text=HIDDEN)
    tel_landline = PersonalText(source="phone", help_text=HIDDEN)
    tel_mobile = PersonalText(source="mobile", help_text=HIDDEN)
    email = PersonalText(help_text=HIDDEN)
    discount = Percentage(help_text="Per cent off the rooms.")
    vat_number = PersonalText(help_text=HIDDEN)
    vat_number_validated = Flag()
    version = serializers.IntegerField()
    deleted_at = Instant(
        source="anonymised_at",
        allow_null=True,
        help_text="ISO 8601, UTC: since then nothing is known of the guest.",
    )


class GuestTypeReadOut(serializers.Serializer[Any]):
    guest_type_uid = serializers.IntegerField(source="guest_type.pk")
    type = serializers.CharField(source="guest_type.name")
    notes = serializers.CharField(source="guest_type.notes")
    maximum = serializers.IntegerField(source="guest_type.maximum")
    is_percentage = Flag(source="guest_type.is_percentage")
    posneg = Flag(source="guest_type.is_addition", help_text="1: added; 0: taken off.")
    variance = AmountOrPercentage(
        source="guest_type.variance", help_text="An amount in the property's currency, or per cent."
    )
    is_child = Flag(source="guest_type.is_child")
    published = Flag(source="guest_type.is_published")
    order = serializers.IntegerField(source="guest_type.position")
    deleted_at = Instant(allow_null=True, help_text="ISO 8601, UTC.")
