from __future__ import annotations

from django.db import models
from django.db.models import Q

from bookyflow.properties.models import Property
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.models import Extra


class Image(models.Model):
    """A picture of a property or of something that it has, kept in three sizes, as JPEG.

    `file` is the large one; the others lie beside it. There is one main picture.
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
