from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "bookyflow.web"

    def ready(self) -> None:
        """Have guests pay in the booking form, and sessions know when somebody signed in."""
        from bookyflow.booking_sessions.payment import payment_page_add  # noqa: PLC0415  # models
        from bookyflow.web.account import signing_in  # noqa: F401, PLC0415  # its receivers
        from bookyflow.web.booking.paying import page_to_pay  # noqa: PLC0415  # models

        payment_page_add(page_to_pay)
