from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import CountryCode, PlainText


class GuestCorrectionIn(serializers.Serializer[Any]):
    surname = PlainText(max_length=100, required=False)
    firstname = PlainText(source="first_name", max_length=100, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    tel_landline = PlainText(source="phone", max_length=50, required=False, allow_blank=True)
    tel_mobile = PlainText(source="mobile", max_length=50, required=False, allow_blank=True)
    house = PlainText(max_length=50, required=False, allow_blank=True)
    street = PlainText(max_length=255, required=False, allow_blank=True)
    town = PlainText(max_length=100, required=False, allow_blank=True)
    region = PlainText(
        max_length=6, required=False, allow_blank=True, help_text="ISO 3166-2, such as GB-PEM."
    )
    postcode = PlainText(max_length=50, required=False, allow_blank=True)
    country = CountryCode(required=False, allow_blank=True)
