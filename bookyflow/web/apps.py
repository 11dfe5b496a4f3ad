from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "bookyflow.web"

    def ready(self) -> None:
        """Have guests who pay before they book do so in the booking form."""
        from bookyflow.booking_sessions.payment import payment_page_add  # noqa: PLC0415  # models
        from bookyflow.web.booking.paying import page_to_pay  # noqa: PLC0415  # models

        payment_page_add(page_to_pay)
