from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from bookyflow.core.fields import EncryptedTextField
from bookyflow.properties.models import Property
from bookyflow.reservations.models import Booking


class PaymentKind(models.TextChoices):
    """Money that came in, money given back, or the counter-entry of either."""

    PAYMENT = "payment"
    REFUND = "refund"
    REVERSAL = "reversal"


class PaymentMethod(models.TextChoices):
    """How money changed hands."""

    CASH = "cash", "Cash"
    CARD = "card", "Card"
    BANK_TRANSFER = "bank_transfer", "Bank transfer"
    CHANNEL = "channel", "Paid to the channel"
    OTHER = "other", "Other"


class Payment(models.Model):
    """Money that moved for a booking: positive received, negative given back. Never changed.

    A wrong entry is taken back, once, by one of the kind reversal with the opposite amount, which
    names it in `reverses`. The sum over a booking is its `paid`. `user_id` and `key_id` are plain:
    an entry outlives who made it. `reference` may name the guest, and is emptied with the guest.
    """

    property = models.ForeignKey(Property, models.PROTECT, related_name="payments")
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="payments")
    amount = models.DecimalField(max_digits=14, decimal_places=3)
    currency = models.CharField(max_length=3)
    kind = models.CharField(max_length=10, choices=PaymentKind)
    method = models.CharField(max_length=20, choices=PaymentMethod)
    reference = EncryptedTextField(blank=True, default="")
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    opposite = models.GeneratedField(
        expression=-F("amount"),
        output_field=models.DecimalField(max_digits=14, decimal_places=3),
        db_persist=True,
    )
    user_id = models.BigIntegerField(null=True, blank=True)
    key_id = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="payment_amount_not_zero"),
            models.CheckConstraint(
                condition=Q(kind=PaymentKind.PAYMENT, amount__gt=Decimal(0))
                | Q(kind=PaymentKind.REFUND, amount__lt=Decimal(0))
                | Q(kind=PaymentKind.REVERSAL),
                name="payment_sign_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind=PaymentKind.REVERSAL, reverses__isnull=False)
                | (~Q(kind=PaymentKind.REVERSAL) & Q(reverses__isnull=True)),
                name="payment_reversal_names_one",
            ),
            models.CheckConstraint(
                condition=Q(method__in=PaymentMethod.values), name="payment_method_known"
            ),
            # What the reversal's foreign key refers to, added by a migration:
            # (reverses, booking, opposite) is (id, booking, amount) of the entry taken back.
            models.UniqueConstraint(
                fields=("id", "booking", "amount"), name="payment_and_its_amount"
            ),
        ]
        indexes = [models.Index(fields=("property", "at"), name="payment_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} of booking {self.booking_id}"
