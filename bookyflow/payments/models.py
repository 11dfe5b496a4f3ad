from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from bookyflow.billing.models import Payment
from bookyflow.core.fields import SealedField, SealedMap, SealedText
from bookyflow.core.ids import booking_number
from bookyflow.payments.states import UNDER_WAY, AttemptState, ProviderName
from bookyflow.properties.models import Property
from bookyflow.reservations.models import Booking


class PaymentAttempt(models.Model):
    """That a guest set out to pay `amount` in `currency` for a booking, and what came of it.

    `serial` is the id that the booking has, or will have once what is held is paid for; `booking`
    is what the money was recorded at. `uid` is what the provider knows the attempt by;
    `provider_id` is what it calls its checkout, `provider_payment` the payment, and
    `provider_refund` the refund. There is nothing of a card. `failure` is a code of ours.

    The guest may pay until `expires_at`; null: as long as the booking waits. What is personal is
    emptied once it has become a booking or nothing: for whom the booking is to be, and the
    addresses of the checkout and of the page where the guest came from.
    """

    property = models.ForeignKey(Property, models.PROTECT, related_name="+")
    serial = models.BigIntegerField()
    booking = models.ForeignKey(
        Booking, models.PROTECT, null=True, blank=True, related_name="payment_attempts"
    )
    provider = models.CharField(max_length=20)
    state = models.CharField(max_length=15, default=AttemptState.NEW)
    uid = models.CharField(max_length=40, unique=True)
    amount = models.DecimalField(max_digits=14, decimal_places=3)
    currency = models.CharField(max_length=3)
    provider_id = models.CharField(max_length=255, blank=True, default="")
    provider_payment = models.CharField(max_length=255, blank=True, default="")
    provider_refund = models.CharField(max_length=255, blank=True, default="")
    payment = models.OneToOneField(
        Payment, models.PROTECT, null=True, blank=True, related_name="attempt"
    )
    failure = models.CharField(max_length=40, blank=True, default="")
    language = models.CharField(max_length=5, blank=True, default="")
    personal = SealedField()
    guest = SealedMap()
    answers = SealedMap()
    remarks = SealedText()
    referrer = SealedText()
    return_url = SealedText()
    checkout_url = SealedText()
    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(auto_now=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    refunded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("serial",),
                condition=Q(state__in=UNDER_WAY),
                name="payment_attempt_one_under_way",
            ),
            models.UniqueConstraint(
                fields=("provider", "provider_id"),
                condition=~Q(provider_id=""),
                name="payment_attempt_checkout_once",
            ),
            models.UniqueConstraint(
                fields=("provider", "provider_payment"),
                condition=~Q(provider_payment=""),
                name="payment_attempt_payment_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=AttemptState.values), name="payment_attempt_state_known"
            ),
            models.CheckConstraint(
                condition=Q(provider__in=ProviderName.values),
                name="payment_attempt_provider_known",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=Decimal(0)), name="payment_attempt_amount_positive"
            ),
            models.CheckConstraint(
                condition=Q(state__in=(*UNDER_WAY, AttemptState.FAILED), paid_at__isnull=True)
                | (~Q(state__in=(*UNDER_WAY, AttemptState.FAILED)) & Q(paid_at__isnull=False)),
                name="payment_attempt_paid_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(payment__isnull=True) | Q(booking__isnull=False),
                name="payment_attempt_payment_of_a_booking",
            ),
        ]
        indexes = [
            models.Index(fields=("serial",), name="payment_attempt_by_booking"),
            models.Index(
                fields=("expires_at",),
                condition=Q(state__in=UNDER_WAY),
                name="payment_attempt_under_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.uid}: {self.state}"

    def is_under_way(self) -> bool:
        """Whether the guest may be on the way to pay."""
        return self.state in UNDER_WAY

    def number(self) -> str:
        """The number of the booking that was to be paid."""
        return booking_number(self.serial)


class ProviderNotice(models.Model):
    """A notice of a provider that was verified and taken, once, by the provider's id of it.

    Nothing of its content is kept but the kind, and what came of it.
    """

    property = models.ForeignKey(Property, models.PROTECT, related_name="+")
    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=100)
    outcome = models.CharField(max_length=20, blank=True, default="")
    attempt = models.ForeignKey(
        PaymentAttempt, models.CASCADE, null=True, blank=True, related_name="notices"
    )
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("property", "provider", "event_id"), name="provider_notice_once"
            )
        ]
        indexes = [models.Index(fields=("received_at",), name="provider_notice_by_time")]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"
