from __future__ import annotations

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "bookyflow.core"

    def ready(self) -> None:
        from bookyflow.core import checks, server_checks  # noqa: F401, PLC0415  # registers them
