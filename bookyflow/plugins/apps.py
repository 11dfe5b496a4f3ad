from __future__ import annotations

from django.apps import AppConfig


class PluginsConfig(AppConfig):
    name = "bookyflow.plugins"

    def ready(self) -> None:
        from bookyflow.plugins import checks  # noqa: F401, PLC0415  # registers them
