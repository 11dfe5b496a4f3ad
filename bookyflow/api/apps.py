from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "bookyflow.api"

    def ready(self) -> None:
        """Register what the rest only names: path converters, checks, the document's additions."""
        from django.core.checks import register

        from bookyflow.api import (
            converters,  # noqa: F401  # registers the path converters
            documented,  # noqa: F401  # registers how the document shows tokens and fields
        )
        from bookyflow.api.checks import check_contracts

        register(check_contracts)
