from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from bookyflow.core.background import companion_run, companions
from bookyflow.core.telemetry import telemetry_start
from bookyflow.core.worker import jobs_work
from bookyflow.events.numbering import number_continually

NEEDS_OWN = (
    "A pooler in transaction mode passes on no notices, by which a worker hears of jobs. Set "
    "WORKER_DATABASE_URL to the address of the server itself."
)
LAST_WORDS = 5  # seconds that a round of numbering or the like may take at the end


class Command(BaseCommand):
    help = (
        "Run jobs, number events for the feeds and plan what webhooks are told, until SIGTERM or "
        "SIGINT."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until asked to stop; what runs then is finished."""
        if settings.DATABASE_POOLER == "transaction":
            raise CommandError(NEEDS_OWN)
        telemetry_start()
        stopping = threading.Event()
        beside: dict[str, Callable[[], None]] = {"numbering": partial(number_continually, stopping)}
        beside |= {one.name: partial(companion_run, one, stopping) for one in companions}
        threads = [
            threading.Thread(target=work, name=name, daemon=True) for name, work in beside.items()
        ]
        for thread in threads:
            thread.start()
        try:
            jobs_work()
        finally:
            stopping.set()
            for thread in threads:
                thread.join(LAST_WORDS)
