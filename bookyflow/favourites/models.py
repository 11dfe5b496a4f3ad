from __future__ import annotations

from django.conf import settings
from django.db import models

from bookyflow.properties.models import Property


class Favourite(models.Model):
    """A property that somebody wants to find again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="favourites")
    property = models.ForeignKey(Property, models.CASCADE, related_name="favourites")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=("user", "property"), name="favourite_once")]

    def __str__(self) -> str:
        return f"user {self.user_id}: property {self.property_id}"
