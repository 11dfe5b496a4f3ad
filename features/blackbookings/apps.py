from __future__ import annotations

from django.apps import AppConfig


class BlackBookingsFeature(AppConfig):
    name = "features.blackbookings"
    label = "feature_blackbookings"
