from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings
from django.core.signals import request_started
from django.db import reset_queries


class CoreConfig(AppConfig):
    name = "bookyflow.core"

    def ready(self) -> None:
        from bookyflow.core import (  # noqa: PLC0415  # registers them
            checks,  # noqa: F401
            history,  # noqa: F401
            server_checks,  # noqa: F401
        )
        from bookyflow.core.jobs import jobs_reading  # noqa: PLC0415  # models are needed
        from bookyflow.core.metrics import reading_add  # noqa: PLC0415  # as above

        reading_add(jobs_reading)
        if not settings.DEBUG:  # else Django keeps them, and drops them before each request
            request_started.disconnect(reset_queries)
