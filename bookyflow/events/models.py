from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from bookyflow.core.acting import ActorKind
from bookyflow.core.fields import Xid8Field


class PgCurrentXactId(models.Func):
    """The id of the transaction that writes."""

    function = "pg_current_xact_id"
    output_field = Xid8Field()


def only_users_have(*names: str) -> Q:
    """The condition of a log's `actor_kind`: a user has an id, and nobody else has any of these."""
    user = Q(actor_kind=ActorKind.USER.value, user_id__isnull=False)
    others = Q(actor_kind__in=[ActorKind.VISITOR.value, ActorKind.SYSTEM.value])
    return user | (others & Q(**{f"{name}__isnull": True for name in names}))


class EventKind(models.TextChoices):
    """What can happen, and a sentence for people. The names are the interface's own."""

    # Properties
    PROPERTY_CREATED = "property_created", "A property was added."
    PROPERTY_UPDATED = "property_updated", "A property was changed."
    PROPERTY_DELETED = "property_deleted", "A property was deleted."
    PROPERTY_PUBLISHED = "property_published", "A property was published."
    PROPERTY_UNPUBLISHED = "property_unpublished", "A property is no longer published."
    PROPERTY_APPROVED = "property_approved", "A property was approved."
    PROPERTY_UNAPPROVED = "property_unapproved", "The approval of a property was withdrawn."
    PROPERTY_COMPLETED = "property_completed", "A property has all it needs to be published."
    PROPERTY_INCOMPLETED = "property_incompleted", "A property lacks something again."
    PROPERTY_FAVOURITED = "property_favourited", "Somebody added a property to the favourites."
    PROPERTY_SETTINGS_UPDATED = "property_settings_updated", "Settings of a property were changed."
    PROPERTY_STATE_CHANGE = "property_state_change", "What a property sells was opened or closed."
    IMAGE_ADDED = "image_added", "A picture was added."
    IMAGE_DELETED = "image_deleted", "A picture was removed."
    PLUGIN_SETTINGS_SAVED = "plugin_settings_saved", "Settings of a feature were changed."
    CUSTOM_FIELD_SAVED = "custom_field_saved", "A custom field was added or changed."
    CUSTOM_FIELD_DELETED = "custom_field_deleted", "A custom field was removed."
    # Rooms
    ROOM_ADDED = "room_added", "A room was added."
    ROOM_UPDATED = "room_updated", "A room was changed."
    ROOM_DELETED = "room_deleted", "A room was deleted."
    ROOMS_MULTIPLE_ADDED = "rooms_multiple_added", "Several rooms were added."
    ROOMS_MULTIPLE_DELETED = "rooms_multiple_deleted", "Several rooms were deleted."
    ROOM_TYPE_SAVED = "room_type_saved", "A room type of a property was added or changed."
    ROOM_TYPE_DELETED = "room_type_deleted", "A room type of a property was deleted."
    # Prices and what is for sale
    TARIFFS_UPDATED = "tariffs_updated", "Prices or their conditions were changed."
    AVAILABILITY_UPDATED = "availability_updated", "Room types were opened, closed or limited."
    CHANGEOVER_DAY_ENABLED = "changeover_day_enabled", "Guests may arrive on one weekday only."
    CHANGEOVER_DAY_DISABLED = "changeover_day_disabled", "Guests may arrive on any weekday."
    COUPON_SAVED = "coupon_saved", "A coupon was added."
    COUPON_UPDATED = "coupon_updated", "A coupon was changed."
    COUPON_DELETED = "coupon_deleted", "A coupon was deleted."
    EXTRA_SAVED = "extra_saved", "An extra was added or changed."
    EXTRA_DELETED = "extra_deleted", "An extra was deleted."
    # Bookings
    BOOKING_ADDED = "booking_added", "A booking was made."
    BOOKING_ENQUIRED = "booking_enquired", "A guest asked for a booking that needs approval."
    BOOKING_MODIFIED = "booking_modified", "A booking was changed."
    BOOKING_CANCELLED = "booking_cancelled", "A booking was cancelled."
    BOOKING_MARKED_NOSHOW = "booking_marked_noshow", "A guest did not come."
    BOOKING_NOTE_SAVED = "booking_note_saved", "A note on a booking was added or changed."
    BOOKING_NOTE_DELETED = "booking_note_deleted", "A note on a booking was deleted."
    BOOKING_HELD = "booking_held", "Rooms were held for a guest who is about to book."
    BOOKING_HOLD_RELEASED = "booking_hold_released", "Rooms that were held are free again."
    BLACKBOOKING_ADDED = "blackbooking_added", "Rooms were blocked."
    BLACKBOOKING_DELETED = "blackbooking_deleted", "Blocked rooms were opened again."
    ROOM_MOVED = "room_moved", "A booking was moved to another room to make place."
    DEPOSIT_SAVED = "deposit_saved", "A deposit was received."
    GUEST_CHECKED_IN = "guest_checkedin", "A guest has arrived."
    GUEST_CHECKED_IN_UNDONE = "guest_checkedin_undone", "An arrival was taken back."
    GUEST_CHECKED_OUT = "guest_checkedout", "A guest has left."
    GUEST_CHECKED_OUT_UNDONE = "guest_checkedout_undone", "A departure was taken back."
    REVISION_UNACKNOWLEDGED = (
        "revision_unacknowledged",
        "A channel has not acknowledged in time what happened to a booking.",
    )
    # Calendars of other platforms
    CALENDAR_SAVED = "calendar_saved", "A calendar that is read was added or changed."
    CALENDAR_DELETED = "calendar_deleted", "A calendar is read no more; its nights are free."
    CALENDAR_FAILED = "calendar_failed", "A calendar cannot be read; its last nights are kept."
    CALENDAR_RESTORED = "calendar_restored", "A calendar can be read again."
    CALENDAR_CONFLICT = (
        "calendar_conflict",
        "Another calendar has nights that are booked here.",
    )
    CALENDAR_CONFLICT_ENDED = (
        "calendar_conflict_ended",
        "The nights of another calendar and of a booking here overlap no more.",
    )
    CALENDAR_FEED_SAVED = "calendar_feed_saved", "A calendar for others was added or changed."
    CALENDAR_FEED_DELETED = "calendar_feed_deleted", "A calendar for others was deleted."
    # Guests
    GUEST_SAVED = "guest_saved", "A guest was added."
    GUEST_UPDATED = "guest_updated", "The data of a guest were changed."
    GUEST_DELETED = "guest_deleted", "A guest was deleted."
    GUEST_ANONYMISED = "guest_anonymised", "The personal data of a guest were removed."
    GUEST_REFUSED = "guest_refused", "A blacklisted guest tried to book."
    GUEST_TYPE_SAVED = "guest_type_saved", "A guest type was added or changed."
    GUEST_TYPE_DELETED = "guest_type_deleted", "A guest type was deleted."
    # Money
    PAYMENT_RECEIVED = "payment_received", "A payment was recorded."
    PAYMENT_REVERSED = "payment_reversed", "A payment was taken back or refunded."
    PAYMENT_LATE = "payment_late", "A payment came that no booking can take; it is refunded."
    PAYMENT_REFUNDED = "payment_refunded", "A payment that no booking could take was refunded."
    PAYMENT_REFUND_FAILED = "payment_refund_failed", "A payment could not be refunded."
    PAYMENT_UNMATCHED = "payment_unmatched", "A payment came that is not what was asked for."
    PAYMENT_UNKNOWN = "payment_unknown", "A payment came that nobody had been asked for."
    INVOICE_CREATED = "invoice_created", "An invoice was issued."
    INVOICE_UPDATED = "invoice_updated", "What is paid of an invoice has changed."
    INVOICE_CANCELLED = "invoice_cancelled", "An invoice was cancelled by a credit note."
    # Reviews
    REVIEW_SAVED = "review_saved", "A guest reviewed a property."
    REVIEW_PUBLISHED = "review_published", "A review was published."
    REVIEW_UNPUBLISHED = "review_unpublished", "A review is no longer published."
    REVIEW_DELETED = "review_deleted", "A review was deleted."
    REVIEW_REPLIED = "review_replied", "Staff replied to a review."
    # Staff and messages
    MANAGER_ADDED = "manager_added", "Somebody was given access to a property."
    MANAGER_UPDATED = "manager_updated", "The level or state of a member of staff was changed."
    MANAGER_DELETED = "manager_deleted", "Somebody lost the access to a property."
    USER_CREATED = "user_created", "An account was made."
    MESSAGE_CREATED = "message_created", "A message was sent."
    MESSAGE_RECIPIENT_CREATED = "message_recipient_created", "A message has one more recipient."
    MESSAGE_REMINDER = "message_reminder", "A message is still unread."


class Event(models.Model):
    """One thing that happened, never changed. Ids only: the log outlives what it speaks of.

    Readers take rows in the order of `position`, which events.numbering gives later: by id a reader
    would lose the events of a transaction that commits late, and `xid`, the transaction that wrote
    the row, means something in its own cluster only and nothing in a copy.
    """

    position = models.BigIntegerField(null=True, editable=False)
    xid = Xid8Field(db_default=PgCurrentXactId(), editable=False)
    kind = models.CharField(max_length=40)  # no choices: each new kind would be a migration
    property_id = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    subject_sequence = models.BigIntegerField()
    actor_kind = models.CharField(max_length=7)
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
            ),
            models.CheckConstraint(
                condition=only_users_have("user_id", "proxied_by", "key_id", "channel_id"),
                name="event_actor_possible",
            ),
            # Without the events that have none, else the planner looks those up here.
            models.UniqueConstraint(
                fields=("position",),
                condition=models.Q(position__isnull=False),
                name="event_position_unique",
            ),
        ]
        indexes = [
            models.Index(
                fields=("property_id", "position"),
                condition=models.Q(position__isnull=False),
                name="event_by_property",
            ),
            models.Index(fields=("at",), name="event_by_time"),
            models.Index(
                fields=("xid", "id"), condition=models.Q(position=None), name="event_unnumbered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_kind} {self.subject_id}"

    @property
    def description(self) -> str:
        """What such events mean, in a sentence; the bare kind of a feature that is gone."""
        known = self.kind in EventKind.values
        return str(EventKind(self.kind).label) if known else self.kind


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


class LastPosition(models.Model):
    """The highest position that an event was ever given; one row.

    It outlives the events, which are deleted in time, and is copied wherever tables are, which a
    sequence is not: no position is given twice.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="event_last_position_one_row")
        ]

    def __str__(self) -> str:
        return str(self.position)
