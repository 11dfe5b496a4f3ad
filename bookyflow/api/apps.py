from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register


class ApiConfig(AppConfig):
    name = "bookyflow.api"
    verbose_name = "API"

    def ready(self) -> None:
        """Register what the rest only names: path converters and checks."""
        # Here, since they need the models of all apps.
        from bookyflow.api.checks import check_contracts  # noqa: PLC0415
        from bookyflow.api.wire import converters  # noqa: F401, PLC0415  # registers those of paths

        register(check_contracts)
