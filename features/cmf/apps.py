from __future__ import annotations

from django.apps import AppConfig


class CmfFeature(AppConfig):
    name = "features.cmf"
    label = "feature_cmf"
