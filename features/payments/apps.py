from __future__ import annotations

from django.apps import AppConfig


class PaymentsFeature(AppConfig):
    name = "features.payments"
    label = "feature_payments"
