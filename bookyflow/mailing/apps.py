from __future__ import annotations

from django.apps import AppConfig


class MailingConfig(AppConfig):
    name = "bookyflow.mailing"

    def ready(self) -> None:
        """Have it told how many mails wait."""
        from bookyflow.core.metrics import reading_add  # noqa: PLC0415  # models are needed
        from bookyflow.mailing.selectors import mails_reading  # noqa: PLC0415  # the same

        reading_add(mails_reading)
