from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.tariffs.coupons import coupon_delete, coupon_list, coupon_write
from features.cmf.contract import DONE, cmf
from features.cmf.coupons.serializers import ChannelCouponIn, ChannelCouponOut, CouponSavedOut


class Coupons(FeatureViewSet):
    """Codes that lower the price of nights at one property."""

    @cmf(returns=ChannelCouponOut(many=True), paged=True, replica=True)
    def property_list_coupons(self, request: Request, property_uid: int) -> Response:
        """List the coupons of a property by id, those whose time is over included."""
        return self.reply(self.page(coupon_list(prop=self.prop)))

    @cmf(
        body=ChannelCouponIn,
        prop="body",
        versioned="coupon",
        returns=CouponSavedOut(),
        raises=("coupon_not_found", "conflict"),
    )
    def put_property_coupon(self, request: Request) -> Response:
        """Add a coupon, or change what is sent of one; what is not sent stays.

        Bookings that have used it keep their price. `conflict`: another coupon of the property has
        the code.
        """
        return self.reply(
            coupon_write(
                property_id=self.property_uid, by=self.actor, **self.input(ChannelCouponIn)
            )
        )

    @cmf(versioned="coupon", returns=serializers.BooleanField(), raises=("coupon_not_found",))
    def delete_property_coupon(
        self, request: Request, property_uid: int, coupon_id: int
    ) -> Response:
        """Delete a coupon. Bookings that have used it keep their price; its code is free again."""
        coupon_delete(property_id=property_uid, coupon_id=coupon_id, by=self.actor)
        return self.reply(DONE)
