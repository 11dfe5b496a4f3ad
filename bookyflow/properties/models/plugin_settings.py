from __future__ import annotations

from django.db import models

from bookyflow.core.fields import EncryptedTextField
from bookyflow.properties.models.property import Property


class PluginSetting(models.Model):
    """What a plug-in, such as a payment gateway, has to know of a property: one value by its name.

    Any of them may be a secret, so all are encrypted.
    """

    property = models.ForeignKey(Property, models.CASCADE, related_name="plugin_settings")
    plugin = models.CharField(max_length=60)
    name = models.CharField(max_length=100)
    value = EncryptedTextField(blank=True)

    class Meta:
        ordering = ("plugin", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("property", "plugin", "name"), name="plugin_setting_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.plugin}"
