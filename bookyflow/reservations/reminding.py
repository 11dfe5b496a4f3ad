"""What is done about bookings that nobody looks at: reminders, and the end of unpaid ones.

What the site's settings switch off does nothing. Each booking is dealt with in a transaction of
its own, so that one at fault does not keep the others back.
"""

from __future__ import annotations

from datetime import timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from bookyflow.accounts.site import site_settings
from bookyflow.core.acting import SYSTEM
from bookyflow.core.money import display
from bookyflow.reservations.life import booking_cancel
from bookyflow.reservations.models import Booking, BookingKind, BookingState

BATCH = 500  # bookings in one run; the next run goes on


def unpaid_cancel() -> int:
    """Cancel the provisional bookings whose deposit is due for too long; returns how many."""
    site = site_settings()
    if not site.cancels_unpaid:
        return 0
    before = timezone.now() - timedelta(days=site.cancels_unpaid_after_days)
    found = _bookings().filter(state=BookingState.PROVISIONAL, paid=0, created_at__lt=before)
    due = list(found.values_list("pk", "property")[:BATCH])
    for booking_id, property_id in due:
        booking_cancel(
            booking_id=booking_id,
            property_id=property_id,
            by=SYSTEM,
            reason="The deposit was not paid in time.",
        )
    return len(due)


def payments_remind() -> int:
    """Remind guests once of a deposit that is still missing; returns how many mails were sent."""
    site = site_settings()
    if not site.reminds_of_payment:
        return 0
    before = timezone.now() - timedelta(days=site.reminds_of_payment_days)
    due = _bookings().filter(
        state=BookingState.PROVISIONAL, payment_reminded_at=None, created_at__lt=before
    )
    return _remind(due, template="payment_reminder", field="payment_reminded_at")


def reviews_remind() -> int:
    """Ask guests once for a review, some days after they left; returns how many mails were sent."""
    site = site_settings()
    if not site.reminds_of_review:
        return 0
    until = timezone.now().date() - timedelta(days=site.reminds_of_review_days)
    due = _bookings().filter(
        state=BookingState.CHECKED_OUT,
        review_reminded_at=None,
        departure__lte=until,
        departure__gt=until - timedelta(days=30),  # not guests of years ago
    )
    return _remind(due, template="review_reminder", field="review_reminded_at")


def _bookings() -> QuerySet[Booking]:
    return (
        Booking.objects.filter(kind=BookingKind.BOOKING, property__deleted_at=None)
        .select_related("guest", "property__settings")
        .order_by("pk")
    )


def _remind(due: QuerySet[Booking], *, template: str, field: str) -> int:
    """Mark first, send then, in one transaction: a mail that cannot be sent is tried again."""
    sent = 0
    for booking in due[:BATCH]:
        with transaction.atomic():
            marked = Booking.objects.filter(pk=booking.pk, **{field: None}).update(
                **{field: timezone.now()}
            )
            if marked and booking.guest and booking.guest.email:
                _mail(booking, template).send()
                sent += 1
    return sent


def _mail(booking: Booking, template: str) -> EmailMessage:
    guest, settings = booking.guest, booking.property.settings
    assert guest is not None  # noqa: S101  # a booking of the kind has one
    language = booking.language or settings.language
    text = render_to_string(
        f"mail/{template}.txt",
        {
            "booking": booking,
            "guest": guest,
            "due": display(booking.deposit_required - booking.paid, booking.currency, language),
        },
    )
    subject, _, body = text.partition("\n")
    reply_to = [settings.business_email or booking.property.email]
    return EmailMessage(subject.strip(), body.strip() + "\n", to=[guest.email], reply_to=reply_to)
