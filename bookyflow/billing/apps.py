from __future__ import annotations

from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "bookyflow.billing"

    def ready(self) -> None:
        """Follow what bookings go through."""
        from bookyflow.billing.ended_bookings import ended_bookings_follow  # noqa: PLC0415  # models

        ended_bookings_follow()
