from __future__ import annotations

from django.apps import AppConfig


class GuestTypesFeature(AppConfig):
    name = "features.guesttypes"
    label = "feature_guesttypes"
