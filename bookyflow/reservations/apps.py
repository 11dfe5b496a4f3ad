from __future__ import annotations

from django.apps import AppConfig


class ReservationsConfig(AppConfig):
    name = "bookyflow.reservations"

    def ready(self) -> None:
        """Tell others what only bookings know.

        How many are open, before settings change that they keep; what is held, to the site's
        numbers.
        """
        from bookyflow.core.metrics import reading_add  # noqa: PLC0415  # models are needed
        from bookyflow.property_settings.open_bookings import counting_add  # noqa: PLC0415  # models
        from bookyflow.reservations import selectors  # noqa: PLC0415  # the same

        counting_add(selectors.open_bookings_count)
        reading_add(selectors.holds_reading)
