from __future__ import annotations

from django.apps import AppConfig


class BookingSessionsConfig(AppConfig):
    name = "bookyflow.booking_sessions"
