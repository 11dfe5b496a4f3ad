from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, IntegerField, Q

from bookyflow.guests.models import Guest
from bookyflow.properties.models import Property
from bookyflow.rooms.models import RoomType

ANY_DAY = 7  # else a weekday, 0 Sunday to 6 Saturday


class TariffType(models.Model):
    """A named price of one room type. Its id is stable; its prices are DailyRates.

    Party limits count adults; stay limits count nights. `min_rooms_selected` and
    `max_rooms_selected` bound how many rooms a guest has chosen before this one: at least the
    first, fewer than the second. Which nights are a weekend's is a setting of the property.
    """

    property = models.ForeignKey(Property, models.PROTECT, related_name="tariff_types")
    room_type = models.ForeignKey(RoomType, models.PROTECT, related_name="tariff_types")
    name = models.CharField(max_length=255, default="Tariff")
    description = models.TextField(blank=True)
    min_people = models.PositiveSmallIntegerField(default=1)
    max_people = models.PositiveSmallIntegerField(default=100)
    max_stay = models.PositiveSmallIntegerField(default=365)
    ignore_per_person = models.BooleanField(
        default=False, help_text="Per room although the property prices per person."
    )
    # In the database's own default too, for processes of the release before that still write.
    arrival_weekday = models.PositiveSmallIntegerField(
        default=ANY_DAY, db_default=ANY_DAY, help_text="0 Sunday to 6 Saturday; 7: any day."
    )
    allow_weekend = models.BooleanField(
        default=True, db_default=True, help_text="May touch weekend nights."
    )
    weekend_only = models.BooleanField(
        default=False, db_default=False, help_text="Weekend nights and no others."
    )
    min_rooms_selected = models.PositiveSmallIntegerField(default=0, db_default=0)
    max_rooms_selected = models.PositiveSmallIntegerField(default=100, db_default=100)
    extra_guest_price = models.DecimalField(
        max_digits=12,
        decimal_places=3,
        null=True,
        blank=True,
        help_text="Per night, for each guest in a room above two; none: they pay as the others.",
    )
    discount_is_percentage = models.BooleanField(default=True, db_default=True)
    discount_7 = models.DecimalField(
        max_digits=12, decimal_places=3, null=True, blank=True, help_text="For 7 to 29 nights."
    )
    discount_30 = models.DecimalField(
        max_digits=12, decimal_places=3, null=True, blank=True, help_text="For 30 nights or more."
    )
    deleted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=(Q(extra_guest_price__isnull=True) | Q(extra_guest_price__gte=0))
                & (Q(discount_7__isnull=True) | Q(discount_7__gte=0))
                & (Q(discount_30__isnull=True) | Q(discount_30__gte=0)),
                name="tariff_modifiers_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(discount_is_percentage=False)
                | (
                    (Q(discount_7__isnull=True) | Q(discount_7__lte=100))
                    & (Q(discount_30__isnull=True) | Q(discount_30__lte=100))
                ),
                name="tariff_discounts_at_most_all",
            ),
            models.UniqueConstraint(fields=("id", "property"), name="tariff_type_and_its_property"),
            models.CheckConstraint(
                condition=Q(arrival_weekday__lte=ANY_DAY), name="tariff_arrival_weekday_known"
            ),
            models.CheckConstraint(
                condition=Q(max_rooms_selected__gt=F("min_rooms_selected")),
                name="tariff_rooms_selected_in_order",
            ),
            models.CheckConstraint(
                condition=Q(max_people__gte=F("min_people")), name="tariff_people_in_order"
            ),
            models.CheckConstraint(condition=Q(max_stay__gte=1), name="tariff_max_stay_positive"),
        ]

    def __str__(self) -> str:
        return self.name


class DailyRate(models.Model):
    """The price of one night in one tariff type, in the property's currency and convention.

    `min_stay` and `max_stay` are nights; a closed day is not for sale at any price.
    """

    tariff_type = models.ForeignKey(TariffType, models.CASCADE, related_name="rates")
    property = models.ForeignKey(Property, models.CASCADE, related_name="+")
    date = models.DateField()
    price = models.DecimalField(max_digits=12, decimal_places=3)
    min_stay = models.PositiveSmallIntegerField(default=1)
    max_stay = models.PositiveSmallIntegerField(null=True, blank=True)
    closed = models.BooleanField(default=False)
    closed_to_arrival = models.BooleanField(default=False)
    closed_to_departure = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("tariff_type", "date"), name="daily_rate_once"),
            models.CheckConstraint(condition=Q(price__gte=0), name="daily_rate_not_negative"),
            models.CheckConstraint(condition=Q(min_stay__gte=1), name="daily_rate_min_stay"),
            models.CheckConstraint(
                condition=Q(max_stay__isnull=True) | Q(max_stay__gte=F("min_stay")),
                name="daily_rate_stays_in_order",
            ),
        ]
        indexes = [models.Index(fields=("property", "date"), name="daily_rate_by_property")]

    def __str__(self) -> str:
        return f"{self.date}: {self.price}"


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


class ExtraModel(models.TextChoices):
    """What an extra's price is multiplied by (reference, domain.md 4.12)."""

    PER_WEEK = "per_week"
    PER_NIGHT = "per_night"
    PER_BOOKING = "per_booking"
    PER_PERSON = "per_person"
    PER_PERSON_AND_NIGHT = "per_person_per_night"
    PER_PERSON_AND_WEEK = "per_person_per_week"
    PER_NIGHT_WITH_MINIMUM = "per_night_with_minimum"
    PER_NIGHT_AND_ROOM = "per_night_per_room"
    PER_ROOM = "per_room"
    PERCENTAGE = "percentage"


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
    model = models.CharField(max_length=30, choices=ExtraModel, default=ExtraModel.PER_BOOKING)
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
                condition=Q(model__in=ExtraModel.values), name="extra_model_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


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
    """A category of people whose price differs from the nightly one (reference, domain.md 1.9)."""

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
