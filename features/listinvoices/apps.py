from __future__ import annotations

from django.apps import AppConfig


class ListinvoicesFeature(AppConfig):
    name = "features.listinvoices"
    label = "feature_listinvoices"
