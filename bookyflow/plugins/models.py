from __future__ import annotations

from django.db import models


class FeatureState(models.Model):
    """Whether a feature answers requests. Without a row it is not installed, and does not."""

    name = models.CharField(max_length=41, unique=True)
    version = models.CharField(max_length=40)
    enabled = models.BooleanField(default=False)
    installed_at = models.DateTimeField(auto_now_add=True)
    settings = models.JSONField(default=dict, db_default={})
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "feature"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
