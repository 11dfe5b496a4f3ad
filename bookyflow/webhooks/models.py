from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bookyflow.channels.models import Channel
from bookyflow.core.fields import EncryptedTextField


class AuthMethod(models.TextChoices):
    """How the receiver knows that it is us; the names are the interface's."""

    NONE = "none", "Not at all"
    BASIC = "basic", "By user name and password"


class Webhook(models.Model):
    """An address that is told what happens at a manager's properties.

    It is its owner's, and of the channel that made it where one did: other channels see nothing of
    it. `events` are kinds of events; none means all. One made with a test key hears of test
    properties alone, and one made with a live key never does.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="webhooks")
    channel = models.ForeignKey(
        Channel, models.CASCADE, null=True, blank=True, related_name="webhooks"
    )
    url = models.CharField(max_length=2000)
    auth_method = models.CharField(max_length=10, choices=AuthMethod, default=AuthMethod.NONE)
    username = EncryptedTextField(blank=True)
    password = EncryptedTextField(blank=True)
    events = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    is_enabled = models.BooleanField(default=False)
    is_test = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("owner", "channel", "is_test", "url"),
                name="webhook_address_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(auth_method__in=AuthMethod.values), name="webhook_auth_method_known"
            ),
            models.CheckConstraint(
                condition=Q(auth_method=AuthMethod.NONE, username="", password="")
                | (Q(auth_method=AuthMethod.BASIC) & ~Q(username="") & ~Q(password="")),
                name="webhook_credentials_of_its_method",
            ),
            models.CheckConstraint(condition=~Q(url=""), name="webhook_has_an_address"),
        ]

    def __str__(self) -> str:
        return f"webhook {self.pk}"
