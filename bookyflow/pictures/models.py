from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from django.db import models
from django.db.models import Q

from bookyflow.properties.models import Property
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.models import Extra

LONGEST_NAME = 100
LONGEST_ALT_TEXT = 255


def name_of(path: str) -> str:
    """What the picture at a path is called: the last part, "" where there is none."""
    last = unquote(path).rpartition("/")[2]
    return re.sub(r"[^\w.-]+", "_", last)[-LONGEST_NAME:].lstrip(".")


class Image(models.Model):
    """A picture of a property or of something that it has, kept in three sizes, as JPEG.

    `file` is the large one; the others lie beside it. There is one main picture. `name` is what
    whoever brought it calls it; another one of the same name takes its place.
    """

    class Kind(models.TextChoices):
        MAIN = "main"
        SLIDESHOW = "slideshow"
        ROOM = "room"
        ROOM_TYPE = "room_type"
        EXTRA = "extra"

    property = models.ForeignKey(Property, models.CASCADE, related_name="images")
    kind = models.CharField(max_length=10, choices=Kind)
    room = models.ForeignKey(Room, models.CASCADE, null=True, blank=True, related_name="images")
    room_type = models.ForeignKey(
        RoomType, models.CASCADE, null=True, blank=True, related_name="images"
    )
    extra = models.ForeignKey(Extra, models.CASCADE, null=True, blank=True, related_name="images")
    file = models.FileField(max_length=200)
    position = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=LONGEST_NAME, blank=True, default="", db_default="")
    alt_text = models.CharField(
        max_length=LONGEST_ALT_TEXT,
        blank=True,
        default="",
        db_default="",
        help_text="What it shows, for those who cannot see it.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("property",), condition=Q(kind="main"), name="image_one_main"
            ),
            models.CheckConstraint(
                condition=Q(kind="room", room__isnull=False)
                | (~Q(kind="room") & Q(room__isnull=True)),
                name="image_of_a_room_has_one",
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind="room_type", room_type__isnull=False)
                    | (~Q(kind="room_type") & Q(room_type__isnull=True))
                )
                & (
                    Q(kind="extra", extra__isnull=False)
                    | (~Q(kind="extra") & Q(extra__isnull=True))
                ),
                name="image_of_something_has_it",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("main", "slideshow", "room", "room_type", "extra")),
                name="image_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def thing_id(self) -> int:
        """Tell which room, room type or extra it shows; 0 for the property itself."""
        return self.room_id or self.room_type_id or self.extra_id or 0

    def file_name(self) -> str:
        """Tell its name, or one made of its id."""
        return self.name or f"{self.pk}.jpg"


class ImageFetch(models.Model):
    """A picture that lies at an address and is to be fetched, or could not be; gone once it is.

    `position` is that of the picture to come. `failure` is a key of core.errors, `detail` what
    went wrong, also of a try that is followed by another one.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        FAILED = "failed"

    property = models.ForeignKey(Property, models.CASCADE, related_name="image_fetches")
    kind = models.CharField(max_length=10)
    room = models.ForeignKey(Room, models.CASCADE, null=True, blank=True, related_name="+")
    room_type = models.ForeignKey(RoomType, models.CASCADE, null=True, blank=True, related_name="+")
    extra = models.ForeignKey(Extra, models.CASCADE, null=True, blank=True, related_name="+")
    address = models.CharField(max_length=2000)
    position = models.PositiveIntegerField()
    state = models.CharField(max_length=10, default=State.WAITING)
    failure = models.CharField(max_length=50, blank=True, default="")
    detail = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"

    def thing_id(self) -> int:
        """Tell which room, room type or extra it is to show; 0 for the property itself."""
        return self.room_id or self.room_type_id or self.extra_id or 0

    def file_name(self) -> str:
        """Tell how the picture will be called: the last part of its path, "" for none."""
        return name_of(urlsplit(self.address).path)
