from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func, Q

from bookyflow.properties.models import Property
from bookyflow.rooms.models import Room, RoomType


class OccupancyKind(models.TextChoices):
    """Why a room is not free."""

    BOOKING = "booking"
    BLOCK = "block"
    HOLD = "hold"


class Occupancy(models.Model):
    """Nights [arrival, departure) of one room that nobody else can have.

    Bookings, blocks and holds are rows of this one table, and the database refuses two of them on
    one night of a room: there is no code path around it. Never `full_clean` a row; that would turn
    the same refusal into another error by luck.
    """

    property = models.ForeignKey(Property, models.PROTECT, related_name="+")
    room = models.ForeignKey(Room, models.PROTECT, related_name="occupancies")
    room_type = models.ForeignKey(RoomType, models.PROTECT, related_name="+")
    nights = DateRangeField()
    kind = models.CharField(max_length=10, choices=OccupancyKind)
    booking = models.ForeignKey(
        "reservations.Booking", models.PROTECT, null=True, related_name="occupancies"
    )
    hold = models.ForeignKey(
        "reservations.Hold", models.PROTECT, null=True, related_name="occupancies"
    )
    pinned = models.BooleanField(default=False, help_text="Must not be moved to another room.")
    expires_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "occupancies"
        constraints = [
            ExclusionConstraint(
                name="occupancy_one_per_room_and_night",
                expressions=[
                    ("room", RangeOperators.EQUAL),
                    ("nights", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(nights__isempty=False)
                & Q(nights__lower_inf=False)
                & Q(nights__upper_inf=False),
                name="occupancy_nights_finite",
            ),
            models.CheckConstraint(
                condition=Q(kind=OccupancyKind.HOLD, expires_at__isnull=False)
                | (~Q(kind=OccupancyKind.HOLD) & Q(booking__isnull=False, expires_at__isnull=True)),
                name="occupancy_has_a_booking_or_expires",
            ),
            models.CheckConstraint(
                condition=Q(
                    nights__contained_by=Func(
                        Func(F("nights"), function="lower"),
                        template="daterange(lower(nights), lower(nights) + 1098)",
                        output_field=DateRangeField(),
                    )
                ),
                name="occupancy_at_most_three_years",
            ),
        ]
        indexes = [
            GistIndex(fields=("property", "nights"), name="occupancy_by_property"),
            # The last stay of a room to begin before a day, and the next one: many times quicker
            # than ranges are compared, and enough where none overlap.
            models.Index(
                F("room"),
                Func(F("nights"), function="lower", output_field=models.DateField()),
                name="occupancy_by_room_and_arrival",
            ),
            models.Index(
                fields=("property",),
                condition=Q(expires_at__isnull=False),
                name="occupancy_that_expires",
            ),
        ]

    def __str__(self) -> str:
        return f"room {self.room_id} {self.nights}"


class NightCount(models.Model):
    """In how many rooms of a property somebody stays on the night of `date`, or they are blocked.

    Triggers keep it in step with what is occupied, whoever writes: nothing else does. What ends by
    itself, holds, is not counted. `room_type` is the type that the rooms have now, `sold_as` the
    one that they were taken as. A large house has thousands of stays in a month, and a row for each
    night here. No foreign keys: what is counted has them.
    """

    pk = models.CompositePrimaryKey("property_id", "date", "room_type_id", "sold_as_id", "kind")
    property_id = models.BigIntegerField()
    date = models.DateField()
    room_type_id = models.BigIntegerField()
    sold_as_id = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=OccupancyKind)
    taken = models.IntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(taken__gte=0), name="night_count_not_negative")
        ]

    def __str__(self) -> str:
        return f"property {self.property_id} on {self.date}: {self.taken}"


class Allotment(models.Model):
    """Limits on selling a room type on one night, beside what is occupied.

    Free to sell is the smaller of the free rooms and `max_to_sell` less what is sold.
    """

    property = models.ForeignKey(Property, models.CASCADE, related_name="+")
    room_type = models.ForeignKey(RoomType, models.CASCADE, related_name="+")
    date = models.DateField()
    max_to_sell = models.PositiveIntegerField(null=True)
    stop_sell = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("property", "room_type", "date"), name="allotment_once")
        ]
        indexes = [models.Index(fields=("property", "date"), name="allotment_by_date")]

    def __str__(self) -> str:
        return f"room type {self.room_type_id} on {self.date}"
