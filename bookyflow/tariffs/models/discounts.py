from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bookyflow.guests.models import Guest
from bookyflow.properties.models import Property


class Coupon(models.Model):
    """A code that lowers the price of nights. All dates are included, where given.

    It may be used from `valid_from` to `valid_to` and lowers the nights from `nights_from` to
    `nights_to`. `property` None: at every property. `amount` is per cent, or an amount in the
    property's convention. How often it was used is counted in bookings that have not ended.
    """

    property = models.ForeignKey(
        Property, models.PROTECT, null=True, blank=True, related_name="coupons"
    )
    code = models.CharField(max_length=50)
    amount = models.DecimalField(max_digits=12, decimal_places=3)
    is_percentage = models.BooleanField(default=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    nights_from = models.DateField(null=True, blank=True)
    nights_to = models.DateField(null=True, blank=True)
    guest = models.ForeignKey(Guest, models.CASCADE, null=True, blank=True, related_name="coupons")
    max_uses = models.PositiveIntegerField(null=True, blank=True)
    max_uses_per_guest = models.PositiveIntegerField(null=True, blank=True)
    min_nights = models.PositiveSmallIntegerField(default=0)
    min_spend = models.DecimalField(max_digits=12, decimal_places=3, default=Decimal(0))
    rooms_only = models.BooleanField(default=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("property", "code"),
                condition=Q(deleted_at__isnull=True),
                name="coupon_code_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0)
                & (Q(is_percentage=False) | Q(amount__lte=100))
                & Q(min_spend__gte=0),
                name="coupon_amount_in_range",
            ),
            models.CheckConstraint(
                condition=(
                    Q(valid_from__isnull=True)
                    | Q(valid_to__isnull=True)
                    | Q(valid_to__gte=F("valid_from"))
                )
                & (
                    Q(nights_from__isnull=True)
                    | Q(nights_to__isnull=True)
                    | Q(nights_to__gte=F("nights_from"))
                ),
                name="coupon_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class PartnerDiscount(models.Model):
    """Per cent off for a partner's bookings whose first and last night lie in the dates given."""

    property = models.ForeignKey(Property, models.CASCADE, related_name="partner_discounts")
    partner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="partner_discounts"
    )
    valid_from = models.DateField()
    valid_to = models.DateField()
    percentage = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(percentage__gte=0) & Q(percentage__lte=100),
                name="partner_discount_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")), name="partner_discount_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percentage} % for {self.partner_id}"
