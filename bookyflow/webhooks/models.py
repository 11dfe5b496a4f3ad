from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from bookyflow.channels.models import Channel
from bookyflow.core.fields import EncryptedTextField
from bookyflow.webhooks.payload import message_id


class AuthMethod(models.TextChoices):
    """How the receiver knows that it is us; the names are the interface's.

    Each message is signed besides.
    """

    NONE = "none", "Not at all"
    BASIC = "basic", "By user name and password"


class Pause(models.TextChoices):
    """Why nothing is sent to a webhook, where its owner has not paused it."""

    NONE = "", "It is not paused, or by its owner."
    GONE = "gone", "The receiver said that it is gone (410)."
    FAILING = "failing", "Nothing has been accepted for three days."


class Webhook(models.Model):
    """An address that is told what happens at a manager's properties.

    It is its owner's, and of the channel that made it where one did: other channels see nothing of
    it. `events` are kinds of events and `property_ids` properties; none means all. One made with a
    test key hears of test properties alone, and one made with a live key never does.

    `position` is that of the last event whose deliveries are planned; null until it is told of
    events for the first time. Whoever has the `turn` sends, until `busy_until` at most.
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
    property_ids = ArrayField(models.BigIntegerField(), default=list, db_default=[], blank=True)
    is_enabled = models.BooleanField(default=False)
    pause = models.CharField(max_length=10, default="", db_default="", blank=True)
    is_test = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    position = models.BigIntegerField(null=True, editable=False)
    turn = models.BigIntegerField(default=0, db_default=0, editable=False)
    busy_until = models.DateTimeField(null=True, editable=False)
    rests_until = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    last_success_at = models.DateTimeField(null=True, editable=False)
    last_failure_at = models.DateTimeField(null=True, editable=False)
    last_milliseconds = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)

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
            models.CheckConstraint(
                condition=Q(pause="") | Q(pause__in=[Pause.GONE, Pause.FAILING], is_enabled=False),
                name="webhook_pause_of_one_that_is_off",
            ),
        ]

    def __str__(self) -> str:
        return f"webhook {self.pk}"


class WebhookSecret(models.Model):
    """What messages to a webhook are signed with; several during a rotation.

    The one without `expires_at` is the newest and stays.
    """

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="signing_secrets")
    secret = EncryptedTextField()
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=("webhook",),
                condition=Q(expires_at=None),
                name="webhook_secret_one_that_stays",
            )
        ]

    def __str__(self) -> str:
        return f"secret {self.pk} of webhook {self.webhook_id}"


class DeliveryState(models.TextChoices):
    """How far a delivery is."""

    WAITING = "waiting", "It is sent, or sent again, when it is due."
    DELIVERED = "delivered", "The receiver has accepted it."
    FAILED = "failed", "It was given up."
    DROPPED = "dropped", "It may not be sent any more: rights, event or choice are gone."


class WebhookDelivery(models.Model):
    """An event that a webhook is to be told of, or a message that tries the webhook out.

    Those that tell of one object are sent in the order of its events. What tries a webhook out has
    no event, is sent once and waits for nothing. `tries` counts from when it was last asked for.
    """

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries", db_index=False)
    event_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=40)
    property_id = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=20, blank=True)
    subject_id = models.BigIntegerField(default=0)
    subject_sequence = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, default=DeliveryState.WAITING)
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("webhook", "event_id"),
                condition=Q(event_id__isnull=False),
                name="webhook_delivery_once",
            ),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.WAITING, finished_at=None)
                | Q(
                    state__in=[
                        DeliveryState.DELIVERED,
                        DeliveryState.FAILED,
                        DeliveryState.DROPPED,
                    ],
                    finished_at__isnull=False,
                ),
                name="webhook_delivery_state_possible",
            ),
        ]
        indexes = [
            models.Index(
                fields=("webhook", "due_at", "id"),
                condition=Q(state=DeliveryState.WAITING),
                name="webhook_delivery_due",
            ),
            models.Index(
                fields=("webhook", "subject_kind", "subject_id", "subject_sequence"),
                condition=Q(state=DeliveryState.WAITING),
                name="webhook_delivery_line",
            ),
            models.Index(fields=("webhook", "id"), name="webhook_delivery_log"),
            models.Index(
                fields=("finished_at",),
                condition=~Q(state=DeliveryState.WAITING),
                name="webhook_delivery_finished",
            ),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk} of webhook {self.webhook_id}"

    @property
    def message_id(self) -> str:
        """The message's `webhook-id`: the same however often, and to whomever, it is sent."""
        return f"trial_{self.pk}" if self.event_id is None else message_id(self.event_id)


class WebhookAttempt(models.Model):
    """One try of a delivery: when, the status answered, how long it took, and what was wrong.

    `error` is ours or what the receiver said, and may be about guests.
    """

    delivery = models.ForeignKey(WebhookDelivery, models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    milliseconds = models.PositiveIntegerField()
    error = EncryptedTextField(blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"attempt {self.pk} of delivery {self.delivery_id}"
