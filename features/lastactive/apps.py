from __future__ import annotations

from django.apps import AppConfig


class LastactiveFeature(AppConfig):
    name = "features.lastactive"
    label = "feature_lastactive"
