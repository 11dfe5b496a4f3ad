from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register


class PaymentsConfig(AppConfig):
    name = "bookyflow.payments"

    def ready(self) -> None:
        """Follow what bookings go through, and say what is missing on the machine."""
        from bookyflow.payments.checks import stripe_can_be_used  # noqa: PLC0415  # models
        from bookyflow.payments.following import bookings_follow  # noqa: PLC0415  # models

        bookings_follow()
        register(stripe_can_be_used, deploy=True)
