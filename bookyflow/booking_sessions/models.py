from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from bookyflow.core.dates import Stay
from bookyflow.core.fields import SealedField, SealedMap
from bookyflow.properties.models import Property
from bookyflow.reservations.models import Booking, Hold


class BookingSession(models.Model):
    """What a client has told so far of a stay that somebody is about to book.

    `digest` is that of the client's own name for it, which drives it; `token_digest` that of the
    token which alone shows what the guest has typed. `rooms` are pairs of room id and tariff id,
    and `extras` quantities by id. `hold` keeps what was chosen at the price quoted, and becomes the
    booking; nothing that was typed is left here then. `email_hash` finds what a guest has typed.
    """

    digest = models.CharField(max_length=64)
    token_digest = models.CharField(max_length=64)
    property = models.ForeignKey(Property, models.CASCADE, related_name="+")
    language = models.CharField(max_length=5)
    arrival = models.DateField(null=True)
    departure = models.DateField(null=True)
    adults = models.PositiveSmallIntegerField(null=True)
    child_ages = ArrayField(models.PositiveSmallIntegerField(), default=list)
    rooms = models.JSONField(default=list)
    extras = models.JSONField(default=dict)
    hold = models.ForeignKey(Hold, models.SET_NULL, null=True, related_name="+")
    personal = SealedField()
    address = SealedMap()
    answers = SealedMap()  # to the property's own questions
    email_hash = models.CharField(max_length=64, null=True)  # noqa: DJ001  # as a guest's: unknown
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("digest",), name="booking_session_once"),
            models.CheckConstraint(
                condition=Q(arrival__isnull=True, departure__isnull=True)
                | Q(departure__gt=F("arrival")),
                name="booking_session_has_a_night",
            ),
        ]
        indexes = [
            models.Index(fields=("expires_at",), name="booking_session_by_expiry"),
            models.Index(fields=("email_hash",), name="booking_session_by_email"),
        ]

    def __str__(self) -> str:
        return f"booking session {self.pk}"

    def stay(self) -> Stay | None:
        """The nights that the guest wants; None before they are known."""
        if self.arrival is None or self.departure is None:
            return None
        return Stay(self.arrival, self.departure)

    def notes(self) -> list[str]:
        """What the guest has remarked, in order."""
        return list(self.personal.get("notes", []))

    def booking(self) -> Booking | None:
        """What has become of it."""
        return self.hold.booking if self.hold else None

    def live_hold(self) -> Hold | None:
        """What is held for it by now."""
        hold = self.hold
        if hold is None or hold.booking_id is not None or hold.released_at is not None:
            return None
        return hold if hold.expires_at > timezone.now() else None
