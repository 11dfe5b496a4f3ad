from __future__ import annotations

from django.urls import path

from features.cmf.coupons.views import Coupons

urlpatterns = [
    path(
        "property/list/coupons/<uid:property_uid>",
        Coupons.as_view({"get": "property_list_coupons"}),
    ),
    path("property/coupon", Coupons.as_view({"put": "put_property_coupon"})),
    path(
        "property/coupon/<uid:property_uid>/<uid:coupon_id>",
        Coupons.as_view({"delete": "delete_property_coupon"}),
    ),
]
