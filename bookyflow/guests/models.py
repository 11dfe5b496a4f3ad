from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from bookyflow.core.fields import EncryptedTextField, SealedField, SealedText
from bookyflow.properties.models import Property


class Guest(models.Model):
    """A person who stays, or stayed, at one property. What says who it is, is in `personal`.

    Found again by `email_hash` (guests.email_lookup); null without an address, and for one that
    booking sites pass mail on by.
    Of the guest's personal links the one of `token_version` is good.
    An anonymised guest is a row that bookings still name, of whom nothing is known any more.
    """

    property = models.ForeignKey(Property, models.PROTECT, related_name="guests")
    personal = SealedField()
    first_name = SealedText()
    surname = SealedText()
    email = SealedText()
    phone = SealedText()
    mobile = SealedText()
    house = SealedText()
    street = SealedText()
    town = SealedText()
    postcode = SealedText()
    preferences = SealedText()
    vat_number = SealedText()
    email_hash = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001  # many without
    region = models.CharField(max_length=10, blank=True)
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=5, blank=True)
    vat_number_validated = models.BooleanField(default=False)
    discount = models.DecimalField(
        max_digits=5, decimal_places=2, default=Decimal(0), help_text="Per cent off the rooms."
    )
    blacklisted = models.BooleanField(default=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="guest_records",
        help_text="The person's account, where there is one by invitation.",
    )
    anonymised_at = models.DateTimeField(null=True, blank=True)
    token_version = models.PositiveSmallIntegerField(default=0, db_default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("property", "email_hash"), name="guest_email_once_per_property"
            ),
            models.CheckConstraint(
                condition=Q(discount__gte=0) & Q(discount__lt=100),
                name="guest_discount_below_100",
            ),
        ]

    def __str__(self) -> str:
        return f"guest {self.pk}"


class GuestReview(models.Model):
    """What one member of staff has written about a guest, for the others; one text per author."""

    property = models.ForeignKey(Property, models.PROTECT, related_name="+")
    guest = models.ForeignKey(Guest, models.CASCADE, related_name="reviews")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    text = EncryptedTextField()
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("guest", "author"), name="guest_review_once_per_author")
        ]

    def __str__(self) -> str:
        return f"review of guest {self.guest_id}"


class GuestReading(models.Model):
    """That an account has been shown who a guest is, on a page of the site, on a day (UTC).

    Once for each path, with how often. It goes after a time (guests.readings).
    """

    property = models.ForeignKey(Property, models.CASCADE, related_name="+")
    guest = models.ForeignKey(Guest, models.CASCADE, related_name="readings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    path = models.CharField(max_length=200, help_text="Without the query.")
    day = models.DateField()
    times = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("guest", "user", "path", "day"), name="guest_reading_once_a_day"
            ),
        ]
        indexes = [
            models.Index(fields=("property", "-last_at"), name="guest_reading_by_property"),
            models.Index(fields=("day",), name="guest_reading_by_day"),
        ]

    def __str__(self) -> str:
        return f"guest {self.guest_id} by account {self.user_id}"
