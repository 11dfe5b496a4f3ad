from __future__ import annotations

import threading
from typing import Any

from django.core.management.base import BaseCommand

from bookyflow.core.worker import jobs_work
from bookyflow.events.numbering import number_continually

LAST_WORDS = 5  # seconds that a round of numbering may take at the end


class Command(BaseCommand):
    help = "Run jobs, and number events for the feeds once a second, until SIGTERM or SIGINT."

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until asked to stop; what runs then is finished."""
        stopping = threading.Event()
        numbering = threading.Thread(
            target=number_continually, args=(stopping,), name="numbering", daemon=True
        )
        numbering.start()
        try:
            jobs_work()
        finally:
            stopping.set()
            numbering.join(LAST_WORDS)
