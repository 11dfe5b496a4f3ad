from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bookyflow.core.choices import choices_of, values_of
from bookyflow.pricing.inputs import ExtraModel
from bookyflow.properties.models import Property
from bookyflow.rooms.models import RoomType


class TaxRate(models.Model):
    """A rate of tax, in per cent, that extras and services can have; site-wide."""

    code = models.CharField(max_length=20, unique=True)
    description = models.CharField(max_length=100)
    rate = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(
                condition=Q(rate__gte=0) & Q(rate__lte=100), name="tax_rate_is_a_percentage"
            )
        ]

    def __str__(self) -> str:
        return f"{self.description} {self.rate} %"


class Extra(models.Model):
    """A paid add-on. `price` is in the property's convention, or per cent of the room total.

    Offered when the arrival lies in [valid_from, valid_to], both included where given, and to
    `room_type` only where that is set. A forced one cannot be removed but by staff. `minimum` is
    the number of nights charged at least, for one model only.
    """

    property = models.ForeignKey(Property, models.PROTECT, related_name="extras")
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True, default="")
    price = models.DecimalField(max_digits=12, decimal_places=3)
    tax_rate = models.ForeignKey(
        TaxRate, models.PROTECT, null=True, blank=True, help_text="None: untaxed."
    )
    model = models.CharField(
        max_length=30, choices=choices_of(ExtraModel), default=ExtraModel.PER_BOOKING.value
    )
    minimum = models.PositiveSmallIntegerField(default=0)
    max_quantity = models.PositiveSmallIntegerField(default=1)
    auto_select = models.BooleanField(default=False)
    forced = models.BooleanField(default=False)
    counts_children = models.BooleanField(default=False)
    is_published = models.BooleanField(default=True)
    include_in_property_lists = models.BooleanField(default=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    room_type = models.ForeignKey(RoomType, models.PROTECT, null=True, blank=True, related_name="+")
    deleted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0), name="extra_not_negative"),
            models.CheckConstraint(
                condition=Q(max_quantity__gte=1) & Q(max_quantity__lte=1000),
                name="extra_quantity_in_range",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="extra_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(model__in=values_of(ExtraModel)), name="extra_model_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
