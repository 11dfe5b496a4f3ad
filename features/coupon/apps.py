from __future__ import annotations

from django.apps import AppConfig


class CouponFeature(AppConfig):
    name = "features.coupon"
    label = "feature_coupon"
