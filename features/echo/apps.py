from __future__ import annotations

from django.apps import AppConfig


class EchoFeature(AppConfig):
    name = "features.echo"
    label = "feature_echo"
