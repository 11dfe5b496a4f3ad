from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, IntegerField, Q

from bookyflow.properties.models import Property
from bookyflow.rooms.models import RoomType


class ChildRate(models.Model):
    """What children from `age_from` to `age_to` (both included) pay, in the property's convention.

    The database refuses two rates for one age.
    """

    property = models.ForeignKey(Property, models.CASCADE, related_name="child_rates")
    age_from = models.PositiveSmallIntegerField()
    age_to = models.PositiveSmallIntegerField()
    price = models.DecimalField(max_digits=12, decimal_places=3)
    per_stay = models.BooleanField(default=False, help_text="Else per night.")

    class Meta:
        ordering = ("property", "age_from")
        constraints = [
            models.CheckConstraint(
                condition=Q(age_to__gte=F("age_from")) & Q(age_to__gte=1) & Q(age_to__lte=17),
                name="child_rate_ages_in_order",
            ),
            models.CheckConstraint(condition=Q(price__gte=0), name="child_rate_not_negative"),
            ExclusionConstraint(
                name="child_rate_one_per_age",
                expressions=[
                    ("property", RangeOperators.EQUAL),
                    (
                        Func(
                            F("age_from"),
                            F("age_to"),
                            function="int4range",
                            template="int4range(%(expressions)s, '[]')",
                            output_field=IntegerField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.age_from}-{self.age_to}: {self.price}"


class GuestType(models.Model):
    """A category of people whose price differs from the nightly one (reference 1.9)."""

    property = models.ForeignKey(Property, models.CASCADE, related_name="guest_types")
    name = models.CharField(max_length=100)
    notes = models.TextField(blank=True, default="")
    maximum = models.PositiveSmallIntegerField(default=10)
    variance = models.DecimalField(max_digits=12, decimal_places=3, default=Decimal(0))
    is_percentage = models.BooleanField(default=False)
    is_addition = models.BooleanField(default=True, help_text="Else it is taken off.")
    is_child = models.BooleanField(default=False)
    is_published = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(variance__gte=0) & (Q(is_percentage=False) | Q(variance__lte=100)),
                name="guest_type_variance_in_range",
            ),
            models.CheckConstraint(condition=Q(maximum__gte=1), name="guest_type_maximum_positive"),
        ]

    def __str__(self) -> str:
        return self.name


class MinimumOfType(models.Model):
    """So many guests of a type are needed for a room type to be offered, where any are chosen."""

    property = models.ForeignKey(Property, models.CASCADE, related_name="+")
    room_type = models.ForeignKey(RoomType, models.CASCADE, related_name="+")
    guest_type = models.ForeignKey(GuestType, models.CASCADE, related_name="minimums")
    quantity = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("property", "room_type", "guest_type"), name="minimum_of_type_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.guest_type_id} in {self.room_type_id}"
