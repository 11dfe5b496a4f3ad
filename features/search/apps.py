from __future__ import annotations

from django.apps import AppConfig


class SearchFeature(AppConfig):
    name = "features.search"
    label = "feature_search"
