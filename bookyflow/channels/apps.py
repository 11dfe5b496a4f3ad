from __future__ import annotations

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "bookyflow.channels"

    def ready(self) -> None:
        """Follow the end of properties."""
        from bookyflow.channels.links import links_follow  # noqa: PLC0415  # models

        links_follow()
