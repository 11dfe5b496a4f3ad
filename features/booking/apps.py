from __future__ import annotations

from django.apps import AppConfig


class BookingFeature(AppConfig):
    name = "features.booking"
    label = "feature_booking"
