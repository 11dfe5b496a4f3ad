from __future__ import annotations

from django.apps import AppConfig


class Beds24Feature(AppConfig):
    name = "features.beds24"
    label = "feature_beds24"
