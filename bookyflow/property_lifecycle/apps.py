from __future__ import annotations

from django.apps import AppConfig


class PropertyLifecycleConfig(AppConfig):
    name = "bookyflow.property_lifecycle"
