from __future__ import annotations

from django.apps import AppConfig


class SpaFeature(AppConfig):
    name = "acme_spa"
    label = "acme_spa"
