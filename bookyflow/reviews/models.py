from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast, Round

from bookyflow.core.fields import EncryptedTextField
from bookyflow.properties.models import Property
from bookyflow.reservations.models import Booking

LOWEST, HIGHEST = 1, 10
# What guests give scores for, in the order of the interface.
SCORES = (
    "hospitality",
    "location",
    "cleanliness",
    "accommodation",
    "value_for_money",
    "services",
)


def _score() -> models.PositiveSmallIntegerField[int, int]:
    return models.PositiveSmallIntegerField(help_text="1 to 10.")


class Review(models.Model):
    """What a guest says of a property, with six scores; `overall` is their mean.

    `address_hash` (core.crypto.keyed_digest) stands for the network address it came from, which
    itself is not kept. Shown to visitors only while it is published. Its texts are meant for the
    public; the author's name may be shown by its initials only, and so is encrypted. One that was
    written elsewhere has neither user, booking nor address.
    """

    property = models.ForeignKey(Property, models.PROTECT, related_name="reviews")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="reviews"
    )
    booking = models.ForeignKey(Booking, models.SET_NULL, null=True, blank=True, related_name="+")
    author_name = EncryptedTextField(blank=True)
    title = models.CharField(max_length=255)
    description = models.TextField()
    pros = models.TextField(blank=True)
    cons = models.TextField(blank=True)
    hospitality = _score()
    location = _score()
    cleanliness = _score()
    accommodation = _score()
    value_for_money = _score()
    services = _score()
    overall = models.GeneratedField(
        expression=Round(
            Cast(
                F("hospitality")
                + F("location")
                + F("cleanliness")
                + F("accommodation")
                + F("value_for_money")
                + F("services"),
                models.DecimalField(max_digits=4, decimal_places=2),
            )
            / Value(Decimal(6)),
            precision=2,
        ),
        output_field=models.DecimalField(max_digits=4, decimal_places=2),
        db_persist=True,
    )
    address_hash = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001  # unknown ones are many
    is_published = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("property", "user"),
                name="review_once_per_user",
                violation_error_message="You have reviewed this property.",
            ),
            models.UniqueConstraint(
                fields=("property", "address_hash"),
                name="review_once_per_address",
                violation_error_message="Somebody has reviewed this property from your network.",
            ),
            models.CheckConstraint(
                condition=Q(
                    **{f"{name}__range": (LOWEST, HIGHEST) for name in SCORES},
                ),
                name="review_scores_from_1_to_10",
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(description=""),
                name="review_has_its_texts",
            ),
        ]

    def __str__(self) -> str:
        return f"review {self.pk}"


class ReviewConfirmation(models.Model):
    """Somebody agrees with a review, or does not: an account, or else a network address."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="confirmations")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    address_hash = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001  # null for users
    agrees = models.BooleanField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("review", "user"), name="review_confirmation_once_per_user"
            ),
            models.UniqueConstraint(
                fields=("review", "address_hash"), name="review_confirmation_once_per_address"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, address_hash__isnull=True)
                | Q(user__isnull=True, address_hash__isnull=False),
                name="review_confirmation_of_a_user_or_an_address",
            ),
        ]

    def __str__(self) -> str:
        return f"{'agrees' if self.agrees else 'disagrees'} with review {self.review_id}"


class ReviewReply(models.Model):
    """What the staff of the property answer; one per review."""

    review = models.OneToOneField(Review, models.CASCADE, related_name="reply")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "review replies"

    def __str__(self) -> str:
        return f"reply to review {self.review_id}"


class ReviewReport(models.Model):
    """Somebody says that a review is abusive; for the administrators of the site."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="reports")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    text = EncryptedTextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"report of review {self.review_id}"
