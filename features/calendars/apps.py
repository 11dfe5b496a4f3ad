from __future__ import annotations

from django.apps import AppConfig


class CalendarsFeature(AppConfig):
    name = "features.calendars"
    label = "feature_calendars"
