from __future__ import annotations

import logging

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "bookyflow.webhooks"

    def ready(self) -> None:
        """Have the worker plan deliveries, and send them beside its other jobs."""
        from bookyflow.core.background import Companion, companion_add  # noqa: PLC0415  # as below
        from bookyflow.core.metrics import reading_add  # noqa: PLC0415
        from bookyflow.core.outages import Spell  # noqa: PLC0415
        from bookyflow.core.worker import Lane, lane_add  # noqa: PLC0415
        from bookyflow.webhooks.planning import EVERY, SENDERS, webhooks_tend  # noqa: PLC0415
        from bookyflow.webhooks.selectors import deliveries_reading  # noqa: PLC0415
        from bookyflow.webhooks.tasks import LANE, SLOW_LANE  # noqa: PLC0415  # models are needed

        reading_add(deliveries_reading)
        logger = logging.getLogger(__name__)
        spell = Spell(logger, "Webhooks are told nothing", "Webhooks are told again")
        companion_add(Companion("webhooks", webhooks_tend, EVERY, spell))
        for queue in (LANE, SLOW_LANE):
            lane_add(Lane(queue, concurrency=SENDERS))
