from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from bookyflow.guests.models import Guest
from bookyflow.properties.models import Property
from bookyflow.rooms.models import Room


class BookingKind(models.TextChoices):
    """A stay of a guest, or a block that only closes rooms."""

    BOOKING = "booking"
    BLOCK = "block"


class BookingState(models.TextChoices):
    """Where a booking is in its life (reference, domain.md 5.1)."""

    ENQUIRY = "enquiry"
    PROVISIONAL = "provisional"
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    CHECKED_OUT = "checked_out"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    REJECTED = "rejected"


ENDED = (BookingState.CANCELLED, BookingState.NO_SHOW, BookingState.REJECTED)
CANCELLABLE = (BookingState.ENQUIRY, BookingState.PROVISIONAL, BookingState.CONFIRMED)


class Booking(models.Model):
    """A contract: nights [arrival, departure) at one property for a total in `currency`.

    `number` is what people quote. The total is the sum of the gross amounts of the lines; a block
    has neither guest nor lines. The rooms it holds are its occupancies.
    """

    property = models.ForeignKey(Property, models.PROTECT, related_name="bookings")
    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=10, choices=BookingKind, default=BookingKind.BOOKING)
    state = models.CharField(max_length=12, choices=BookingState)
    guest = models.ForeignKey(Guest, models.PROTECT, null=True, blank=True, related_name="bookings")
    arrival = models.DateField()
    departure = models.DateField()
    adults = models.PositiveSmallIntegerField(default=0)
    children = models.PositiveSmallIntegerField(default=0)
    currency = models.CharField(max_length=3)
    total = models.DecimalField(max_digits=14, decimal_places=3, default=Decimal(0))
    deposit_required = models.DecimalField(max_digits=14, decimal_places=3, default=Decimal(0))
    deposit_paid = models.DecimalField(max_digits=14, decimal_places=3, default=Decimal(0))
    remarks = models.TextField(blank=True, help_text="The guest's wishes; of a block, its reason.")
    referrer = models.CharField(max_length=255, blank=True)
    cancellation_reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("changed_at", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(departure__gt=F("arrival")), name="booking_has_a_night"
            ),
            models.CheckConstraint(
                condition=Q(total__gte=0) & Q(deposit_required__gte=0) & Q(deposit_paid__gte=0),
                name="booking_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(kind=BookingKind.BOOKING, guest__isnull=False)
                | Q(kind=BookingKind.BLOCK, guest__isnull=True, total=0),
                name="booking_has_a_guest_and_a_block_none",
            ),
            models.CheckConstraint(
                condition=Q(state__in=BookingState.values), name="booking_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=("property", "changed_at", "id"), name="booking_by_change"),
            models.Index(fields=("property", "arrival"), name="booking_by_arrival"),
        ]

    def __str__(self) -> str:
        return self.number


class LineKind(models.TextChoices):
    """What a line of a booking is for."""

    ACCOMMODATION = "accommodation"
    CLEANING = "cleaning"


class BookingLine(models.Model):
    """One priced item. Net + tax = gross, each rounded once (reference R-RD-2).

    `first_night` and `last_night` are both included. `unit` is the price as entered.
    """

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="lines")
    kind = models.CharField(max_length=20, choices=LineKind)
    description = models.CharField(max_length=255)
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="+")
    first_night = models.DateField(null=True, blank=True)
    last_night = models.DateField(null=True, blank=True)
    quantity = models.PositiveIntegerField(default=1)
    net = models.DecimalField(max_digits=14, decimal_places=3)
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2)
    tax = models.DecimalField(max_digits=14, decimal_places=3)
    gross = models.DecimalField(max_digits=14, decimal_places=3)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(gross=F("net") + F("tax")), name="booking_line_adds_up"
            )
        ]

    def __str__(self) -> str:
        return self.description


class BookingHistory(models.Model):
    """A step in a booking's life; only ever added. The ids are plain: the log outlives them."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="history")
    at = models.DateTimeField(auto_now_add=True)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    reason = models.TextField(blank=True)
    user_id = models.BigIntegerField(null=True)
    key_id = models.BigIntegerField(null=True)
    channel_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "booking history"

    def __str__(self) -> str:
        return f"{self.from_state or '-'} > {self.to_state}"
