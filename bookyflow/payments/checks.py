"""What `manage.py check --deploy` says about ways to pay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps.config import AppConfig
from django.core.checks import CheckMessage, Warning  # noqa: A004  # Django's name
from django.db import DatabaseError

from bookyflow.payments.states import ProviderName
from bookyflow.payments.stripe import library_fault
from bookyflow.properties.models import PluginSetting
from bookyflow.properties.plugin_settings import ACTIVE

HINT = "Install requirements.txt, which has the library of Stripe, or `pip install stripe`."


def stripe_can_be_used(
    app_configs: Sequence[AppConfig] | None, **options: Any
) -> list[CheckMessage]:
    """Warn where a property has Stripe on, and the library is missing."""
    fault = library_fault()
    if not fault or not _in_use():
        return []
    told = f"Guests cannot pay by Stripe, which properties have switched on: {fault}."
    return [Warning(told, hint=HINT, id="payments.W001")]


def _in_use() -> bool:
    settings = PluginSetting.objects.filter(plugin=ProviderName.STRIPE, name=ACTIVE)
    try:
        return any(one.value == "1" for one in settings)
    except DatabaseError:  # not there, or not migrated yet
        return False
