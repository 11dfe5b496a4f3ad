from __future__ import annotations

from django.apps import AppConfig


class PluginsConfig(AppConfig):
    name = "bookyflow.plugins"
    verbose_name = "Plug-ins"

    def ready(self) -> None:
        from bookyflow.events.added import kinds_add  # noqa: PLC0415  # needs the apps
        from bookyflow.plugins import checks, registry  # noqa: F401, PLC0415  # registers checks

        kinds_add(registry.event_kinds(registry.features()))
