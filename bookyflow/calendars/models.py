from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from bookyflow.core.fields import EncryptedTextField
from bookyflow.properties.models import Property
from bookyflow.reservations.models import Booking
from bookyflow.rooms.models import Room


class SourceState(models.TextChoices):
    """How the last readings of a calendar went."""

    NEW = "new", "It has not been read yet."
    READ = "read", "It was read."
    FAILING = "failing", "It could not be read; the nights of before are kept."
    SHRUNK = "shrunk", "More than half of its stays were missing; the nights of before are kept."


class CalendarSource(models.Model):
    """A calendar of another platform that is read for one room, again and again.

    Its address is as good as a password, and kept so. Whoever has the `turn` reads, until
    `busy_until` at most. `read_at` is when what it says was last known, `last_end` the end of the
    latest nights in it. `accepts_next`: the owner takes the next reading, however little is in it.
    """

    property = models.ForeignKey(Property, models.CASCADE, related_name="+")
    room = models.ForeignKey(Room, models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    url = EncryptedTextField()
    url_digest = models.CharField(max_length=64)
    is_enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    state = models.CharField(max_length=10, choices=SourceState, default=SourceState.NEW)
    problem = models.CharField(max_length=300, blank=True, default="")
    notes = models.JSONField(default=list, blank=True)
    etag = models.CharField(max_length=300, blank=True, default="")
    last_modified = models.CharField(max_length=100, blank=True, default="")
    last_end = models.DateField(null=True)
    next_poll_at = models.DateTimeField()
    polled_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    accepts_next = models.BooleanField(default=False)
    turn = models.BigIntegerField(default=0)
    busy_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ("room__number", "name", "id")
        constraints = [
            models.UniqueConstraint(fields=("room", "url_digest"), name="calendar_once_a_room"),
            models.CheckConstraint(condition=~Q(name=""), name="calendar_has_a_name"),
        ]
        indexes = [
            models.Index(
                fields=("next_poll_at",), condition=Q(is_enabled=True), name="calendar_due"
            ),
            models.Index(fields=("property",), name="calendar_by_property"),
        ]

    def __str__(self) -> str:
        return f"calendar {self.pk}"


class StayKind(models.TextChoices):
    """What an event of another calendar is taken for."""

    STAY = "stay", "Nights that are busy there."
    WINDOW = "window", "The platform's booking window, which moves on each day."
    ECHO = "echo", "Nights that the platform had from here."


class ImportedStay(models.Model):
    """Busy nights [first, end) of another calendar, known again by UID, RECURRENCE-ID and DTSTART.

    `block` closes the room on those of them that nobody else has; `is_whole` says that it has them
    all, as far ahead as rooms are closed. `seen_on` is the property's day on which it was last read
    with these nights, `moves` how often in a row it has moved on with the day, last on `moved_on`.
    """

    source = models.ForeignKey(CalendarSource, models.CASCADE, related_name="stays")
    uid = models.CharField(max_length=255, blank=True)
    recurrence_id = models.CharField(max_length=255, blank=True)
    start = models.CharField(max_length=255)
    label = EncryptedTextField(blank=True)
    first = models.DateField()
    end = models.DateField()
    kind = models.CharField(max_length=10, choices=StayKind, default=StayKind.STAY)
    block = models.ForeignKey(Booking, models.SET_NULL, null=True, related_name="+")
    is_whole = models.BooleanField(default=False)
    seen_at = models.DateTimeField()
    seen_on = models.DateField()
    moves = models.PositiveSmallIntegerField(default=0)
    moved_on = models.DateField(null=True)

    class Meta:
        ordering = ("first", "end", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("source", "uid", "recurrence_id", "start"), name="imported_stay_once"
            ),
            models.CheckConstraint(
                condition=Q(end__gt=F("first")), name="imported_stay_has_a_night"
            ),
        ]
        indexes = [
            models.Index(
                fields=("source",),
                condition=Q(kind=StayKind.STAY, is_whole=False),
                name="imported_stay_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} to {self.end} of calendar {self.source_id}"


class CalendarConflict(models.Model):
    """Nights [first, end) that are busy in another calendar and that a booking here has.

    `booking` is who has the nights here: a guest's booking, or the block of what another calendar
    says. Neither side is ever undone. It has ended once the two overlap no more.
    """

    source = models.ForeignKey(CalendarSource, models.CASCADE, related_name="conflicts")
    stay = models.ForeignKey(ImportedStay, models.SET_NULL, null=True, related_name="conflicts")
    booking = models.ForeignKey(Booking, models.CASCADE, related_name="+")
    label = EncryptedTextField(blank=True)
    first = models.DateField()
    end = models.DateField()
    found_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("first", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("stay", "booking"),
                condition=Q(ended_at=None),
                name="calendar_conflict_once",
            ),
            models.CheckConstraint(
                condition=Q(end__gt=F("first")), name="calendar_conflict_has_a_night"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} to {self.end}: calendar {self.source_id}, booking {self.booking_id}"


class CalendarFeed(models.Model):
    """A calendar that others read: of one room, or of the whole property where there is none.

    Its token is what opens it; found by its digest, and shown to the owner again. One for the
    platform of a `source` leaves out what came from there. `shown` is the digest of what was read
    last, so that what others know of is written down once.
    """

    property = models.ForeignKey(Property, models.CASCADE, related_name="+")
    room = models.ForeignKey(Room, models.CASCADE, null=True, related_name="+")
    source = models.ForeignKey(CalendarSource, models.CASCADE, null=True, related_name="feeds")
    token = EncryptedTextField()
    token_digest = models.CharField(max_length=64, unique=True)
    names_guests = models.BooleanField(default=False)
    shows_blocks = models.BooleanField(default=True)
    shows_holds = models.BooleanField(default=False)
    keeps_cancelled = models.BooleanField(default=False)
    shown = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now())
    fetched_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("room__number", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("property", "room", "source"),
                name="calendar_feed_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(source=None) | Q(room__isnull=False),
                name="calendar_feed_of_a_source_has_its_room",
            ),
        ]

    def __str__(self) -> str:
        return f"calendar feed {self.pk}"


class FeedEntry(models.Model):
    """Nights [first, end) that a feed has shown: since when, and when they were gone.

    What a platform knows from here, and gives back, is told from what it has sold by this.
    """

    feed = models.ForeignKey(CalendarFeed, models.CASCADE, related_name="entries")
    uid = models.CharField(max_length=255)
    first = models.DateField()
    end = models.DateField()
    sequence = models.PositiveIntegerField()
    shown_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("feed", "uid"), name="calendar_feed_entry_once")
        ]

    def __str__(self) -> str:
        return f"{self.uid} in feed {self.feed_id}"
