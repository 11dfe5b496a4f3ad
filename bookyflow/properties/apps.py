from __future__ import annotations

from django.apps import AppConfig


class PropertiesConfig(AppConfig):
    name = "bookyflow.properties"
