from __future__ import annotations

from django.apps import AppConfig


class AriConfig(AppConfig):
    name = "bookyflow.ari"
