from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register


class BillingConfig(AppConfig):
    name = "bookyflow.billing"

    def ready(self) -> None:
        """Follow what bookings go through, and say what is missing on the machine."""
        from bookyflow.billing.einvoice import einvoices_can_be_made  # noqa: PLC0415  # models
        from bookyflow.billing.ended_bookings import ended_bookings_follow  # noqa: PLC0415  # models
        from bookyflow.billing.pdf import pdf_can_be_made  # noqa: PLC0415  # models

        ended_bookings_follow()
        register(pdf_can_be_made, deploy=True)
        register(einvoices_can_be_made, deploy=True)
