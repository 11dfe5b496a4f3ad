from __future__ import annotations

from django.db import models
from django.db.models import F, Q

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

    # Without an index of their own: those of Meta begin with each.
    tariff_type = models.ForeignKey(
        TariffType, models.CASCADE, related_name="rates", db_index=False
    )
    property = models.ForeignKey(Property, models.CASCADE, related_name="+", db_index=False)
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
