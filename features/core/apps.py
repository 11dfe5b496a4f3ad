from __future__ import annotations

from django.apps import AppConfig


class CoreFeature(AppConfig):
    name = "features.core"
    label = "feature_core"
