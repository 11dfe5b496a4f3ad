from __future__ import annotations

from django.apps import AppConfig


class IcalFeature(AppConfig):
    name = "features.ical"
    label = "feature_ical"
