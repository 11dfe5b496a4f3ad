from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import (
    LARGEST_ID,
    AmountOrPercentage,
    DateField,
    EnteredAmount,
    Flag,
    LineText,
    Uid,
    ZeroOrId,
)
from bookyflow.api.wire.inputs import In


def _coupon(*, coupon_id: int = 0, code: str = "", **values: Any) -> dict[str, Any]:
    if "guest_id" in values:
        values["guest_id"] = values["guest_id"] or None
    new = {} if coupon_id else {"rooms_only": False}
    return {"coupon_id": coupon_id or None} | new | ({"code": code} if code else {}) | values


class ChannelCouponIn(In[dict[str, Any]]):
    builds = _coupon

    property_uid = Uid()
    coupon_id = serializers.IntegerField(
        min_value=0,
        max_value=LARGEST_ID,
        required=False,
        help_text="The coupon to change; 0 for a new one, which needs an amount.",
    )
    coupon_code = LineText(
        source="code",
        max_length=50,
        required=False,
        allow_blank=True,
        help_text="Kept in capitals, once a property. Empty: 15 random letters and digits for a "
        "new one.",
    )
    valid_from = DateField(required=False, help_text="The first day on which it may be used.")
    valid_to = DateField(required=False, help_text="The last such day, included.")
    booking_valid_from = DateField(
        source="nights_from", required=False, help_text="The first night that is discounted."
    )
    booking_valid_to = DateField(
        source="nights_to", required=False, help_text="The last such night, included."
    )
    amount = EnteredAmount(
        required=False, help_text="An amount in the property's currency, or per cent."
    )
    is_percentage = Flag(required=False, help_text="1, also for a new one: per cent.")
    guest_uid = serializers.IntegerField(
        source="guest_id",
        min_value=0,
        max_value=LARGEST_ID,
        required=False,
        help_text="For this guest of the property alone; 0: for everybody.",
    )


class CouponSavedOut(serializers.Serializer[Any]):
    coupon_id = serializers.IntegerField(source="pk")


class ChannelCouponOut(serializers.Serializer[Any]):
    coupon_id = serializers.IntegerField(source="pk")
    coupon_code = serializers.CharField(source="code")
    valid_from = DateField(allow_null=True, help_text="The first day on which it may be used.")
    valid_to = DateField(allow_null=True, help_text="Included.")
    amount = AmountOrPercentage(help_text="An amount in the property's currency, or per cent.")
    ispercentage = Flag(source="is_percentage")
    roomonly = Flag(source="rooms_only")
    booking_valid_from = DateField(
        source="nights_from", allow_null=True, help_text="The first night that is discounted."
    )
    booking_valid_to = DateField(source="nights_to", allow_null=True, help_text="Included.")
    guest_id = ZeroOrId(help_text="0: for everybody.")
    version = serializers.IntegerField()
