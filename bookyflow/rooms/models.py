from __future__ import annotations

from decimal import Decimal
from functools import cached_property

from django.db import models
from django.db.models import F, Q

from bookyflow.properties.models import Property, PropertyType


class RoomType(models.Model):
    """A class of room. Prices attach to it. `property` is null for the site-wide ones."""

    name = models.CharField(max_length=100)
    description = models.TextField(blank=True)
    property = models.ForeignKey(
        Property, models.CASCADE, null=True, blank=True, related_name="own_room_types"
    )
    property_types = models.ManyToManyField(PropertyType, related_name="room_types", blank=True)
    # In the database's own default too, for processes of the release before that still write.
    version = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("property", "name"), name="room_type_name_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name


class RoomFeature(models.Model):
    """Something that a room has: a balcony, a kitchen. `property` is null for site-wide ones.

    `property_types` are those that it makes sense for; none means all.
    """

    name = models.CharField(max_length=100)
    description = models.TextField(blank=True, default="")
    property = models.ForeignKey(
        Property, models.CASCADE, null=True, blank=True, related_name="own_room_features"
    )
    property_types = models.ManyToManyField(PropertyType, related_name="room_features", blank=True)

    class Meta:
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("property", "name"), name="room_feature_name_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name


class PresentRooms(models.Manager["Room"]):
    """Leaves out rooms that were deleted; bookings that had one still reach it."""

    def get_queryset(self) -> models.QuerySet[Room]:
        """The rooms that there are."""
        return super().get_queryset().filter(deleted_at=None)


class Room(models.Model):
    """One physical unit: a room, a villa, a pitch. Availability is counted per room.

    Deleting is soft (`deleted_at`), since past bookings name it: `objects` are the rooms that there
    are, `every` has the deleted ones, too. Hand-written SQL has to leave them out itself.
    `surcharge` is added to each night's price, in the property's price convention;
    `single_supplement` is per night when one person occupies it.
    """

    property = models.ForeignKey(Property, models.PROTECT, related_name="rooms")
    room_type = models.ForeignKey(RoomType, models.PROTECT, related_name="rooms")
    name = models.CharField(max_length=100, blank=True)
    number = models.CharField(max_length=50)
    floor = models.CharField(max_length=50, blank=True)
    tagline = models.CharField(max_length=255, blank=True)
    description = models.TextField(blank=True)
    max_adults = models.PositiveSmallIntegerField(default=2)
    max_children = models.PositiveSmallIntegerField(default=0)
    max_occupancy = models.PositiveSmallIntegerField(default=2)
    surcharge = models.DecimalField(max_digits=12, decimal_places=3, default=Decimal(0))
    single_supplement = models.DecimalField(max_digits=12, decimal_places=3, default=Decimal(0))
    features = models.ManyToManyField(RoomFeature, related_name="rooms", blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = PresentRooms()
    every = models.Manager["Room"]()

    class Meta:
        ordering = ("number", "name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("property", "number"),
                condition=Q(deleted_at__isnull=True),
                name="room_number_once",
            ),
            models.CheckConstraint(
                condition=Q(single_supplement__gte=0), name="room_supplement_not_negative"
            ),
            # What the composite foreign key of an occupancy refers to.
            models.UniqueConstraint(fields=("id", "property"), name="room_and_its_property"),
            models.CheckConstraint(
                condition=Q(max_occupancy__gte=1)
                & Q(max_occupancy__lte=F("max_adults") + F("max_children")),
                name="room_occupancy_within_capacity",
            ),
        ]
        indexes = [
            # The rooms of a kind (RoomKind) in the order of their age, without reading them.
            models.Index(
                fields=(
                    "property",
                    "room_type",
                    "max_adults",
                    "max_children",
                    "max_occupancy",
                    "surcharge",
                    "single_supplement",
                    "id",
                ),
                include=("number",),
                condition=Q(deleted_at__isnull=True),
                name="room_by_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @cached_property
    def feature_ids(self) -> list[int]:
        """The ids of its features, in the order of their names."""
        return [feature.pk for feature in self.features.all()]


class RoomKind(models.Model):
    """How many rooms of a property are alike in type, places and surcharges.

    Triggers keep it in step with the rooms that there are, whoever writes: nothing else does, and
    what no room is of has no row. A large house has hundreds of rooms of one kind, and whoever
    counts or chooses rooms begins with the few kinds. No foreign keys: the rooms have them.
    """

    pk = models.CompositePrimaryKey(
        "property_id",
        "room_type_id",
        "max_adults",
        "max_children",
        "max_occupancy",
        "surcharge",
        "single_supplement",
    )
    property_id = models.BigIntegerField()
    room_type_id = models.BigIntegerField()
    max_adults = models.PositiveSmallIntegerField()
    max_children = models.PositiveSmallIntegerField()
    max_occupancy = models.PositiveSmallIntegerField()
    surcharge = models.DecimalField(max_digits=12, decimal_places=3)
    single_supplement = models.DecimalField(max_digits=12, decimal_places=3)
    rooms = models.IntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(rooms__gte=0), name="room_kind_not_negative")
        ]

    def __str__(self) -> str:
        return f"property {self.property_id}, room type {self.room_type_id}: {self.rooms}"


class OccupancyLevel(models.Model):
    """How many people rooms of a type take at a property; saving one tells the rooms."""

    property = models.ForeignKey(Property, models.CASCADE, related_name="occupancy_levels")
    room_type = models.ForeignKey(RoomType, models.CASCADE, related_name="+")
    max_adults = models.PositiveSmallIntegerField(default=2)
    max_children = models.PositiveSmallIntegerField(default=0)
    max_occupancy = models.PositiveSmallIntegerField(default=2)

    class Meta:
        ordering = ("room_type",)
        constraints = [
            models.UniqueConstraint(fields=("property", "room_type"), name="occupancy_level_once"),
            models.CheckConstraint(
                condition=Q(max_occupancy__gte=1)
                & Q(max_occupancy__lte=F("max_adults") + F("max_children")),
                name="occupancy_level_within_capacity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room_type_id}: {self.max_occupancy}"
