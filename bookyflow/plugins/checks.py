from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Warning, register  # noqa: A004  # Django's name

from bookyflow.plugins import registry


@register()
def check_packages(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """W001: an installed package was left out; the hint gives the reason."""
    return [
        Warning(
            "The installed feature package is broken and was left out.",
            hint=broken.reason,
            obj=broken.module,
            id="plugins.W001",
        )
        for broken in registry.broken()
    ]
