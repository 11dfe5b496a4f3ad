from __future__ import annotations

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "bookyflow.messaging"

    def ready(self) -> None:
        """Follow who joins the team of a property."""
        from bookyflow.messaging.reading import newcomers_follow  # noqa: PLC0415  # models

        newcomers_follow()
