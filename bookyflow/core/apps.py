from __future__ import annotations

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "bookyflow.core"

    def ready(self) -> None:
        from bookyflow.core import (  # noqa: PLC0415  # registers them
            checks,  # noqa: F401
            history,  # noqa: F401
            server_checks,  # noqa: F401
        )
