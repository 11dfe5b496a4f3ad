from __future__ import annotations

from django.apps import AppConfig


class SiteStructureFeature(AppConfig):
    name = "features.site_structure"
    label = "feature_site_structure"
