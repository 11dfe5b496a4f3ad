from __future__ import annotations

import logging

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "bookyflow.calendars"

    def ready(self) -> None:
        """Have the worker read calendars beside its other jobs, and follow what frees nights."""
        from bookyflow.calendars.consequences import FREEING, nights_freed  # noqa: PLC0415  # models
        from bookyflow.calendars.planning import EVERY, READERS, readers_queue  # noqa: PLC0415
        from bookyflow.calendars.selectors import sources_reading  # noqa: PLC0415
        from bookyflow.calendars.tasks import LANE  # noqa: PLC0415
        from bookyflow.core.background import Companion, companion_add  # noqa: PLC0415
        from bookyflow.core.metrics import reading_add  # noqa: PLC0415
        from bookyflow.core.outages import Spell  # noqa: PLC0415
        from bookyflow.core.worker import Lane, lane_add  # noqa: PLC0415
        from bookyflow.events.services import consequence_add  # noqa: PLC0415

        reading_add(sources_reading)
        logger = logging.getLogger(__name__)
        spell = Spell(logger, "Calendars are not read", "Calendars are read again")
        companion_add(Companion("calendars", readers_queue, EVERY, spell))
        lane_add(Lane(LANE, concurrency=READERS))
        consequence_add(nights_freed, *FREEING)
