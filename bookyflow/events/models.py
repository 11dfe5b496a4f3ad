from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from bookyflow.core.fields import Xid8Field


class PgCurrentXactId(models.Func):
    """The id of the transaction that writes."""

    function = "pg_current_xact_id"
    output_field = Xid8Field()


class EventKind(models.TextChoices):
    """What can happen, and a sentence for people. The names are the interface's own (reference,
    domain.md 5.10).
    """

    PROPERTY_CREATED = "property_created", "A property was added."
    PROPERTY_UPDATED = "property_updated", "A property was changed."
    PROPERTY_PUBLISHED = "property_published", "A property was published."
    PROPERTY_UNPUBLISHED = "property_unpublished", "A property is no longer published."
    PROPERTY_DELETED = "property_deleted", "A property was deleted."
    ROOM_ADDED = "room_added", "A room was added."
    ROOMS_MULTIPLE_ADDED = "rooms_multiple_added", "Several rooms were added."
    TARIFFS_UPDATED = "tariffs_updated", "Prices or their conditions were changed."
    AVAILABILITY_UPDATED = "availability_updated", "Room types were opened, closed or limited."
    IMAGE_ADDED = "image_added", "A picture was added."
    IMAGE_DELETED = "image_deleted", "A picture was removed."
    BOOKING_ADDED = "booking_added", "A booking was made."
    BOOKING_CANCELLED = "booking_cancelled", "A booking was cancelled."
    BLACKBOOKING_ADDED = "blackbooking_added", "Rooms were blocked."
    BLACKBOOKING_DELETED = "blackbooking_deleted", "Blocked rooms were opened again."
    GUEST_SAVED = "guest_saved", "A guest was added."


class Event(models.Model):
    """One thing that happened, never changed. Ids only: the log outlives what it speaks of.

    Readers take rows in the order of (xid, id) and only those whose transaction, and every older
    one, has ended; by id alone a reader would lose the events of a transaction that commits late.
    """

    xid = Xid8Field(db_default=PgCurrentXactId(), editable=False)
    kind = models.CharField(max_length=40, choices=EventKind)
    property_id = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    subject_sequence = models.BigIntegerField()
    user_id = models.BigIntegerField(null=True)
    proxied_by = models.BigIntegerField(null=True)
    key_id = models.BigIntegerField(null=True)
    channel_id = models.BigIntegerField(null=True)
    is_test = models.BooleanField(default=False)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("subject_kind", "subject_id", "subject_sequence"),
                name="event_subject_sequence_unique",
            )
        ]
        indexes = [
            models.Index(fields=("property_id", "xid", "id"), name="event_by_property"),
            models.Index(fields=("at",), name="event_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_kind} {self.subject_id}"


class SubjectCounter(models.Model):
    """How many events a subject has had. Its row lock puts a subject's events in one order."""

    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    last_sequence = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("subject_kind", "subject_id"), name="event_subject_counter_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id}: {self.last_sequence}"
