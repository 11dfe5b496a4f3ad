from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers

from bookyflow.api.wire.fields import (
    LARGEST_ID,
    AmountOrPercentage,
    DateField,
    Flag,
    LineText,
    ZeroOrId,
)
from bookyflow.api.wire.inputs import In
from bookyflow.core.languages import texts_in
from bookyflow.tariffs.models import Coupon


def _values(*, guest_id: int, **values: Any) -> dict[str, Any]:
    return {"guest_id": guest_id or None, **values}


class CouponIn(In[dict[str, Any]]):
    builds = _values

    valid_from = DateField(help_text="The first day on which the code may be used.")
    valid_to = DateField(help_text="The last such day.")
    amount = AmountOrPercentage(help_text="An amount in the property's currency, or per cent.")
    is_percentage = Flag(help_text="1: the amount is per cent.")
    booking_valid_from = DateField(
        source="nights_from", help_text="The first night that is discounted."
    )
    booking_valid_to = DateField(source="nights_to", help_text="The last such night.")
    guest_uid = serializers.IntegerField(
        source="guest_id",
        min_value=0,
        max_value=LARGEST_ID,
        default=0,
        help_text="For this guest alone; 0: for everybody.",
    )


class CouponChangeIn(CouponIn):
    coupon_code = LineText(
        source="code", max_length=50, help_text="Free choice, kept in capitals; once a property."
    )


class Word(serializers.CharField):
    """Yes or no, as a word in the language of the request."""

    def to_representation(self, value: Any) -> str:
        """The word."""
        with texts_in(self.context["view"].language):
            return gettext("Yes") if value else gettext("No")


class GuestName(serializers.CharField):
    """Whom a coupon is for, where the caller may read guests, and while we know."""

    def get_attribute(self, coupon: Coupon) -> str:
        """The name, or nothing."""
        guest = coupon.guest
        if (
            guest is None
            or guest.anonymised_at
            or "guests_get" not in self.context["view"].access.scopes
        ):
            return ""
        return f"{guest.first_name} {guest.surname}".strip()


class CouponOut(serializers.Serializer[Any]):
    property_uid = serializers.IntegerField(source="property_id")
    coupon_id = serializers.IntegerField(source="pk")
    coupon_code = serializers.CharField(source="code")
    valid_from = DateField(allow_null=True)
    valid_to = DateField(allow_null=True, help_text="Included.")
    amount = AmountOrPercentage(help_text="An amount in the property's currency, or per cent.")
    is_percentage = Flag()
    booking_valid_from = DateField(source="nights_from", allow_null=True)
    booking_valid_to = DateField(source="nights_to", allow_null=True, help_text="Included.")
    rooms_only = Flag()
    guest_uid = ZeroOrId(source="guest_id", help_text="0: for everybody.")
    version = serializers.IntegerField()


class ListedCouponOut(CouponOut):
    ispercentage = Word(source="is_percentage", help_text="Yes or no, in words.")
    roomonly = Word(source="rooms_only", help_text="Yes or no, in words.")
    guest_name = GuestName(
        help_text="Empty for everybody's, and for callers without the scope guests_get."
    )
