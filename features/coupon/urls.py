from __future__ import annotations

from django.urls import path

from bookyflow.api.routes import also, localized
from features.coupon.views import Coupons

IN_PATH = (
    "<str:valid_from>/<str:valid_to>/<str:amount>/<str:is_percentage>"
    "/<str:booking_valid_from>/<str:booking_valid_to>"
)
ADD = f"<uid:property_uid>/{IN_PATH}"
CHANGE = f"<uid:property_uid>/<uid:coupon_id>/<str:coupon_code>/{IN_PATH}"

urlpatterns = [
    path("<uid:property_uid>", Coupons.as_view({"post": "add"})),
    *localized("<uid:property_uid>/list", Coupons, {"get": "list"}),
    path(
        "<uid:property_uid>/<uid:coupon_id>",
        Coupons.as_view({"put": "change", "delete": "delete"}),
    ),
    path(ADD, Coupons.as_view({"post": "create"})),
    also(f"{ADD}/<str:guest_uid>", Coupons, {"post": "create"}),
    path(CHANGE, Coupons.as_view({"put": "update"})),
    also(f"{CHANGE}/<str:guest_uid>", Coupons, {"put": "update"}),
]
