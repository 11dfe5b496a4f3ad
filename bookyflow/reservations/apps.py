from __future__ import annotations

from django.apps import AppConfig


class ReservationsConfig(AppConfig):
    name = "bookyflow.reservations"

    def ready(self) -> None:
        """Have open bookings counted before settings change that they keep as they were."""
        from bookyflow.property_settings.open_bookings import counting_add  # noqa: PLC0415  # models
        from bookyflow.reservations.selectors import open_bookings_count  # noqa: PLC0415  # models

        counting_add(open_bookings_count)
