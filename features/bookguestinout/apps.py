from __future__ import annotations

from django.apps import AppConfig


class BookGuestInOutFeature(AppConfig):
    name = "features.bookguestinout"
    label = "feature_bookguestinout"
