from __future__ import annotations

from django.apps import AppConfig


class WebhooksFeature(AppConfig):
    name = "features.webhooks"
    label = "feature_webhooks"
