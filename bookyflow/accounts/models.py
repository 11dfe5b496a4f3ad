from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from oauth2_provider.models import AbstractApplication


class AccessLevel(models.IntegerChoices):
    """What an account may do; each level includes those below it."""

    REGISTERED = 1, "Registered"
    RECEPTIONIST = 50, "Receptionist"
    MANAGER = 70, "Manager"
    SUPER_MANAGER = 90, "Super manager"


class User(AbstractUser):
    """An account that signs in. Guests who book need none."""

    access_level = models.PositiveSmallIntegerField(
        choices=AccessLevel, default=AccessLevel.REGISTERED
    )
    is_suspended = models.BooleanField(
        default=False, help_text="A suspended account and all of its key pairs do nothing."
    )

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(access_level__in=AccessLevel.values), name="user_access_level_known"
            ),
            models.CheckConstraint(
                condition=Q(is_suspended=False) | Q(access_level__lt=AccessLevel.SUPER_MANAGER),
                name="user_super_manager_not_suspended",
                violation_error_message="A super manager cannot be suspended.",
            ),
        ]

    @property
    def is_super_manager(self) -> bool:
        """Whether the account reaches every property."""
        return self.access_level >= AccessLevel.SUPER_MANAGER


class KeyPairManager(models.Manager["KeyPair"]):
    """Finds key pairs by client id, as the toolkit's own manager does."""

    def get_by_natural_key(self, client_id: str) -> KeyPair:
        """The key pair of a client id."""
        return self.get(client_id=client_id)


class KeyPair(AbstractApplication):
    """A client id with its secrets: what a manager hands to a client of the API.

    Secrets live in KeySecret. The inherited `client_secret` is never a credential; it keeps its
    random default, because the toolkit takes an empty one for "no secret needed".
    """

    granted_scopes = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    all_properties = models.BooleanField(
        default=True, help_text="Reaches all of its owner's properties, not only those listed."
    )
    allowed_networks = ArrayField(
        models.CharField(max_length=43),
        default=list,
        blank=True,
        help_text="Addresses or networks the key may be used from; empty: anywhere.",
    )
    is_test = models.BooleanField(default=False, help_text="Reaches test properties only.")
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[KeyPairManager] = KeyPairManager()

    class Meta:
        ordering = ("-id",)

    def is_usable(self, request: object) -> bool:
        """Whether tokens may be made and used: neither revoked, expired nor its owner suspended."""
        owner = self.user
        return (
            self.revoked_at is None
            and (self.expires_at is None or self.expires_at > timezone.now())
            and owner is not None
            and owner.is_active
            and not owner.is_suspended
        )

    @property
    def is_live(self) -> bool:
        """Whether the pair itself still works (its owner aside)."""
        return self.revoked_at is None and (
            self.expires_at is None or self.expires_at > timezone.now()
        )


class KeySecret(models.Model):
    """One secret of a key pair, as a digest; several may live at once while one is replaced."""

    key = models.ForeignKey(KeyPair, models.CASCADE, related_name="secrets")
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8, help_text="The last characters, to tell secrets apart.")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return f"…{self.hint}"
