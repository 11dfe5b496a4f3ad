from __future__ import annotations

from django.apps import AppConfig


class EmailFeature(AppConfig):
    name = "features.email"
    label = "feature_email"
