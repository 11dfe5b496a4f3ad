from __future__ import annotations

from django.apps import AppConfig


class TariffsFeature(AppConfig):
    name = "features.tariffs"
    label = "feature_tariffs"
