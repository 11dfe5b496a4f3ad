from __future__ import annotations

from django.apps import AppConfig


class DeskFeature(AppConfig):
    name = "features.desk"
    label = "feature_desk"
