from __future__ import annotations

from django.apps import AppConfig


class ChartsFeature(AppConfig):
    name = "features.charts"
    label = "feature_charts"
