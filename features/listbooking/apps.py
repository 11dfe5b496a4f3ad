from __future__ import annotations

from django.apps import AppConfig


class ListbookingFeature(AppConfig):
    name = "features.listbooking"
    label = "feature_listbooking"
