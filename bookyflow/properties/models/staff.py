from __future__ import annotations

from django.conf import settings
from django.db import models

from bookyflow.properties.models.property import Property


class ManagerAccess(models.Model):
    """A member of staff may work on a property (super managers need no row)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="access")
    property = models.ForeignKey(Property, models.CASCADE, related_name="staff")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("user", "property"), name="manager_access_once")
        ]

    def __str__(self) -> str:
        return f"user {self.user_id} at property {self.property_id}"


class KeyProperty(models.Model):
    """A property that a key pair limited to some properties may reach."""

    key = models.ForeignKey("accounts.KeyPair", models.CASCADE, related_name="key_properties")
    property = models.ForeignKey(Property, models.CASCADE, related_name="key_access")

    class Meta:
        verbose_name_plural = "key properties"
        constraints = [
            models.UniqueConstraint(fields=("key", "property"), name="key_property_once")
        ]

    def __str__(self) -> str:
        return f"key {self.key_id} at property {self.property_id}"
