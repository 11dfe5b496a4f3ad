from __future__ import annotations

from django.apps import AppConfig


class PropertiesFeature(AppConfig):
    name = "features.properties"
    label = "feature_properties"
