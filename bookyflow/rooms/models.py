from __future__ import annotations

from decimal import Decimal

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

    class Meta:
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("property", "name"), name="room_type_name_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name


class Room(models.Model):
    """One physical unit: a room, a villa, a pitch. Availability is counted per room.

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

    class Meta:
        ordering = ("number", "name", "id")
        constraints = [
            models.UniqueConstraint(fields=("property", "number"), name="room_number_once"),
            # What the composite foreign key of an occupancy refers to.
            models.UniqueConstraint(fields=("id", "property"), name="room_and_its_property"),
            models.CheckConstraint(
                condition=Q(max_occupancy__gte=1)
                & Q(max_occupancy__lte=F("max_adults") + F("max_children")),
                name="room_occupancy_within_capacity",
            ),
        ]

    def __str__(self) -> str:
        return self.number
