from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import PlainText
from bookyflow.api.wire.guests import Percentage, RegionNumber
from bookyflow.api.wire.inputs import In
from bookyflow.core.errors import DomainError
from bookyflow.core.places import country_code, region_code
from bookyflow.guests.validation import LONGEST

Text = partial(PlainText, max_length=LONGEST, allow_blank=True, default="")


def _profile(*, region: str, country: str, **fields: Any) -> dict[str, Any]:
    code = region_code(region, country_code(country))
    if region and not code:
        problem = "Send the id of a region, its code of ISO 3166-2, or its name in the country."
        raise DomainError("validation_failed", fields={"region": [problem]})
    return {"region": code, "country": country, **fields}


class GuestEntryIn(In[dict[str, Any]]):
    builds = _profile

    firstname = Text(source="first_name")
    surname = PlainText(max_length=LONGEST)
    house = Text(help_text="Number or name.")
    street = Text()
    town = Text()
    region = Text(help_text="Its id, its code of ISO 3166-2, or its name in the country.")
    country = Text(help_text="A code of ISO 3166-1, such as GB.")
    postcode = Text()
    landline = Text(source="phone")
    mobile = Text()
    email = Text(help_text="One guest of the property may have it.")
    vat_number = Text()
    discount = Percentage(
        min_value=0, default=Decimal(0), help_text="Per cent off the rooms: 0 to 99.99."
    )


class GuestEntryOut(serializers.Serializer[Any]):
    guests_uid = serializers.IntegerField(source="pk")
    firstname = serializers.CharField(source="first_name")
    surname = serializers.CharField()
    house = serializers.CharField()
    street = serializers.CharField()
    town = serializers.CharField()
    county = RegionNumber(source="region", help_text="Id of the region, or empty.")
    country = serializers.CharField(help_text="Two letters of ISO 3166-1, or empty.")
    postcode = serializers.CharField()
    tel_landline = serializers.CharField(source="phone")
    tel_mobile = serializers.CharField(source="mobile")
    email = serializers.CharField()
    vat_number = serializers.CharField()
    discount = Percentage(help_text="Per cent off the rooms.")
    property_uid = serializers.IntegerField(source="property_id")
    version = serializers.IntegerField()


class GuestAddedOut(serializers.Serializer[Any]):
    guest_uid = serializers.IntegerField(source="pk")
    version = serializers.IntegerField()


class GuestChangedOut(serializers.Serializer[Any]):
    property_uid = serializers.IntegerField(source="property_id")
    guests_uid = serializers.IntegerField(source="pk")
    version = serializers.IntegerField()


class GuestDeletedOut(serializers.Serializer[Any]):
    message = serializers.CharField(default="The guest was deleted.")
    property_uid = serializers.IntegerField()
    guests_uid = serializers.IntegerField()
