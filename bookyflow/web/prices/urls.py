from __future__ import annotations

from django.urls import path

from bookyflow.web.prices import children, coupons, extras, nights, plans

PRICES = "p/<int:property_id>/prices"
urlpatterns = [
    path(PRICES, nights.price_grid, name="prices"),
    path(f"{PRICES}/nights", nights.nights, name="price_nights"),
    path(f"{PRICES}/plans", plans.plan_list, name="rate_plans"),
    path(f"{PRICES}/plans/new", plans.plan_new, name="rate_plan_new"),
    path(f"{PRICES}/plans/<int:plan_id>", plans.plan_edit, name="rate_plan"),
    path(f"{PRICES}/plans/<int:plan_id>/delete", plans.plan_delete, name="rate_plan_delete"),
    path(f"{PRICES}/children", children.child_rates, name="child_rates"),
    path(f"{PRICES}/extras", extras.extras, name="extras"),
    path(f"{PRICES}/extras/new", extras.extra_new, name="extra_new"),
    path(f"{PRICES}/extras/<int:extra_id>", extras.extra_edit, name="extra"),
    path(f"{PRICES}/extras/<int:extra_id>/delete", extras.extra_remove, name="extra_delete"),
    path(f"{PRICES}/coupons", coupons.coupons, name="coupons"),
    path(f"{PRICES}/coupons/new", coupons.coupon_new, name="coupon_new"),
    path(f"{PRICES}/coupons/<int:coupon_id>", coupons.coupon_edit, name="coupon"),
    path(f"{PRICES}/coupons/<int:coupon_id>/delete", coupons.coupon_remove, name="coupon_delete"),
]
