from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register


class ApiConfig(AppConfig):
    name = "bookyflow.api"

    def ready(self) -> None:
        """Register what the rest only names: path converters, checks, the document's additions."""
        # Here, since they need the models of all apps.
        from bookyflow.api import (  # noqa: PLC0415
            converters,  # noqa: F401  # registers the path converters
            documented,  # noqa: F401  # registers how the document shows our fields
        )
        from bookyflow.api.checks import check_contracts  # noqa: PLC0415

        register(check_contracts)
