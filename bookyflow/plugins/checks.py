from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register  # noqa: A004  # Django's name

from bookyflow.plugins import registry
from bookyflow.plugins.loading import SAFE_MODE


@register()
def check_packages(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """W001: an installed package was left out; the hint gives the reason. W002: safe mode."""
    safe = Warning(
        "The site runs in safe mode: no installed feature package is loaded.",
        hint="Start it without BOOKYFLOW_SAFE_MODE.",
        id="plugins.W002",
    )
    return [*([safe] if settings.SAFE_MODE else []), *(_left_out())]


def _left_out() -> list[CheckMessage]:
    return [
        Warning(
            "The installed feature package is broken and was left out.",
            hint=broken.reason,
            obj=broken.module,
            id="plugins.W001",
        )
        for broken in registry.broken()
        if broken.reason != SAFE_MODE
    ]
