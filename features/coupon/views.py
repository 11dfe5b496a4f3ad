from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.endpoint import endpoint, positional
from bookyflow.api.views import FeatureViewSet
from bookyflow.tariffs.coupons import coupon_delete, coupon_list, coupon_save, coupon_update
from features.coupon.serializers import CouponChangeIn, CouponIn, CouponOut, ListedCouponOut


class Coupons(FeatureViewSet):
    """Codes that lower the price of nights at one property."""

    @endpoint(
        scope="tariffs_get",
        key="coupons",
        returns=ListedCouponOut(many=True),
        paged=True,
        replica=True,
    )
    def list(self, request: Request, property_uid: int) -> Response:
        """List the coupons of a property by id, those whose time is over included.

        The name of the guest that one is for needs the scope `guests_get` as well.
        """
        return self.reply(self.page(coupon_list(prop=self.prop)))

    @endpoint(scope="tariffs_set", key="addcoupon", body=CouponIn, returns=CouponOut())
    def add(self, request: Request, property_uid: int) -> Response:
        """Add a coupon, whose code is 15 random letters and digits that nobody guesses.

        All dates are included.
        """
        values = self.input(CouponIn)
        return self.reply(
            coupon_save(property_id=property_uid, by=self.actor, rooms_only=False, **values)
        )

    create = positional(add, "create", successor="coupon/{property_uid}")

    @endpoint(
        scope="tariffs_set",
        key="updatecoupon",
        body=CouponChangeIn,
        versioned="coupon",
        returns=CouponOut(many=True),
        raises=("coupon_not_found", "conflict"),
    )
    def change(self, request: Request, property_uid: int, coupon_id: int) -> Response:
        """Overwrite a coupon, its code included.

        Without `guest_uid` it is for everybody. Bookings that have used it keep their price.
        `conflict`: another coupon of the property has the code.
        """
        values = self.input(CouponChangeIn)
        coupon = coupon_update(
            property_id=property_uid, coupon_id=coupon_id, by=self.actor, **values
        )
        return self.reply([coupon])

    update = positional(change, "update", successor="coupon/{property_uid}/{coupon_id}")

    @endpoint(
        scope="tariffs_set",
        key="coupondeleted",
        versioned="coupon",
        returns=serializers.IntegerField(help_text="Its id."),
        raises=("coupon_not_found",),
    )
    def delete(self, request: Request, property_uid: int, coupon_id: int) -> Response:
        """Delete a coupon. Bookings that have used it keep their price; its code is free again."""
        coupon_delete(property_id=property_uid, coupon_id=coupon_id, by=self.actor)
        return self.reply(coupon_id)
