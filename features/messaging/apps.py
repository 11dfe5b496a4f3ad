from __future__ import annotations

from django.apps import AppConfig


class MessagingFeature(AppConfig):
    name = "features.messaging"
    label = "feature_messaging"
