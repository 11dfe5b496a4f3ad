from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from bookyflow.accounts.models import AccessLevel
from bookyflow.properties.models import Property


class Invitation(models.Model):
    """An open invitation to work on a property. It goes when it is accepted or withdrawn.

    Its link is signed and names the row; nothing that opens anything is kept.
    """

    property = models.ForeignKey(Property, models.CASCADE, related_name="+")
    email = models.EmailField()
    access_level = models.PositiveSmallIntegerField(choices=AccessLevel)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("property", "email"), name="invitation_once_per_address"
            ),
            models.CheckConstraint(
                condition=Q(access_level__in=(AccessLevel.RECEPTIONIST, AccessLevel.MANAGER)),
                name="invitation_of_staff",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"
