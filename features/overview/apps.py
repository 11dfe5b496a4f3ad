from __future__ import annotations

from django.apps import AppConfig


class OverviewFeature(AppConfig):
    name = "features.overview"
    label = "feature_overview"
