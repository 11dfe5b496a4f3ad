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
        from bookyflow.core.jobs import jobs_reading  # noqa: PLC0415  # models are needed
        from bookyflow.core.metrics import reading_add  # noqa: PLC0415  # as above

        reading_add(jobs_reading)
