from __future__ import annotations

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "bookyflow.events"

    def ready(self) -> None:
        """Have the site's numbers tell by how much feeds are behind."""
        from bookyflow.core.metrics import reading_add  # noqa: PLC0415  # models are needed
        from bookyflow.events.selectors import feed_reading  # noqa: PLC0415  # the same

        reading_add(feed_reading)
