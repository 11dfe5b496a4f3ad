from __future__ import annotations

from django.db import models

from bookyflow.core.fields import EncryptedTextField
from bookyflow.properties.models import Property


class Guest(models.Model):
    """A person who stays, or stayed, at one property. Personal fields are encrypted.

    Found again by `email_hash` (core.crypto.keyed_hash of the address); null when there is none.
    """

    property = models.ForeignKey(Property, models.PROTECT, related_name="guests")
    first_name = EncryptedTextField(blank=True)
    surname = EncryptedTextField()
    email = EncryptedTextField(blank=True)
    email_hash = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001  # many without
    phone = EncryptedTextField(blank=True)
    mobile = EncryptedTextField(blank=True)
    house = EncryptedTextField(blank=True)
    street = EncryptedTextField(blank=True)
    town = EncryptedTextField(blank=True)
    region = models.CharField(max_length=10, blank=True)
    postcode = EncryptedTextField(blank=True)
    country = models.CharField(max_length=2, blank=True)
    preferences = EncryptedTextField(blank=True)
    language = models.CharField(max_length=5, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("property", "email_hash"), name="guest_email_once_per_property"
            )
        ]

    def __str__(self) -> str:
        return f"guest {self.pk}"
