from __future__ import annotations

from django.apps import AppConfig


class CleaningscheduleFeature(AppConfig):
    name = "features.cleaningschedule"
    label = "feature_cleaningschedule"
