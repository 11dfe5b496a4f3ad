"""What is done about bookings that nobody looks at: reminders, and the end of unpaid ones.

What the site's settings switch off does nothing. Each booking is dealt with in a transaction of
its own, so that one at fault does not keep the others back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from bookyflow.accounts.site import site_settings
from bookyflow.core.acting import SYSTEM
from bookyflow.core.batches import each
from bookyflow.core.dates import today_in
from bookyflow.events.models import EventKind
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations import journal
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.mails import mail_queue
from bookyflow.reservations.models import Booking, BookingKind, BookingState

BATCH = 500  # bookings in one run; the next run goes on


def unpaid_cancel() -> int:
    """Cancel the bookings whose deposit is due for too long, counted from when it became due.

    Where nothing of it was paid and staff do not keep it. Bookings of channels are the channels'
    business, and from the day of arrival on all are for the desk. Returns how many.
    """
    site = site_settings()
    if not site.cancels_unpaid:
        return 0
    before = timezone.now() - timedelta(days=site.cancels_unpaid_after_days)

    def cancel(booking: Booking) -> bool:
        return _cancel(booking, before)

    due = _unpaid().filter(paid=0, payment_due_since__lt=before, arrival__gte=_today_somewhere())
    return each(due[:BATCH], cancel)


def payments_remind() -> int:
    """Remind guests who will soon arrive of a missing deposit; returns how many mails.

    Once, and once more for one that has become due since; by the property's own day, and no more
    on the day of arrival. Properties for trials write to nobody.
    """
    site = site_settings()
    if not site.reminds_of_payment:
        return 0
    ahead = timedelta(days=site.reminds_of_payment_days)
    due = _unpaid().filter(
        Q(payment_reminded_at=None) | Q(payment_reminded_at__lt=F("payment_due_since")),
        _where_today(lambda today: Q(arrival__gt=today, arrival__lte=today + ahead)),
        property__is_test=False,
    )
    return _remind(due, template="payment_reminder", field="payment_reminded_at")


def reviews_remind() -> int:
    """Ask guests once for a review, some days after they left; returns how many mails.

    Guests of channels are not ours to ask.
    """
    site = site_settings()
    if not site.reminds_of_review:
        return 0
    after = timedelta(days=site.reminds_of_review_days)
    due = _bookings().filter(
        _where_today(lambda today: _left(today - after)),
        state=BookingState.CHECKED_OUT,
        review_reminded_at=None,
        made_by_channel=False,
        property__is_test=False,
    )
    return _remind(due, template="review_reminder", field="review_reminded_at")


def _left(until: date) -> Q:
    """Guests who left by a day, and not years ago."""
    return Q(departs_on__lte=until, departs_on__gt=until - timedelta(days=30))


def _cancel(booking: Booking, before: datetime) -> bool:
    """Cancel what is unpaid still: the payment may have come since the bookings were listed."""
    prop, locked = journal.lock(booking.pk, booking.property_id)
    since = locked.payment_due_since
    if locked.paid or locked.is_kept or locked.missing_deposit() <= 0:
        return False
    if since is None or since >= before:
        return False
    if locked.arrival <= prop.settings.today():
        return False
    booking_cancel(
        booking_id=booking.pk,
        property_id=booking.property_id,
        by=SYSTEM,
        reason="The deposit was not paid in time.",
    )
    return True


def unpaid_expire() -> int:
    """End visitors' bookings that were not paid in time; returns how many.

    Whoever pays or is dealt with by staff keeps the booking, and so does everybody whose day of
    arrival has come: that is for the desk.
    """
    due = _bookings().filter(pay_by__lte=timezone.now()).order_by("pay_by")
    return each(due[:BATCH], _expire)


def _expire(booking: Booking) -> bool:
    """Cancel a booking that is still to be paid, or leave it to the desk."""
    prop, locked = journal.lock(booking.pk, booking.property_id)
    if locked.pay_by is None:
        return False
    if locked.arrival <= prop.settings.today():
        journal.save(locked)
        reason = "Left to the desk: the day of arrival has come."
        journal.record_history(locked, locked.state, by=SYSTEM, reason=reason)
        journal.record_event(EventKind.BOOKING_MODIFIED, locked, by=SYSTEM, mails=False)
        return False
    booking_cancel(
        booking_id=locked.pk,
        property_id=prop.pk,
        by=SYSTEM,
        reason="The deposit was not paid in time.",
    )
    return True


def _today_somewhere() -> date:
    """The earliest date that is today at any property: clocks are 12 hours behind UTC at most."""
    return (timezone.now() - timedelta(hours=12)).date()


def _where_today(condition: Callable[[date], Q]) -> Q:
    """A condition on bookings that depends on which day it is where their property lies."""
    zones: dict[date, list[str]] = defaultdict(list)
    for zone in PropertySettings.objects.order_by().values_list("time_zone", flat=True).distinct():
        zones[today_in(zone)].append(zone)
    found = Q(pk__in=())
    for today, names in zones.items():
        found |= Q(property__settings__time_zone__in=names) & condition(today)
    return found


def _bookings() -> QuerySet[Booking]:
    return (
        Booking.objects.filter(kind=BookingKind.BOOKING, property__deleted_at=None)
        .select_related("property__settings")
        .order_by("pk")
    )


def _unpaid() -> QuerySet[Booking]:
    """Bookings whose guest owes a deposit, and that nobody keeps without it."""
    owed = {"payment_due_since__isnull": False, "is_kept": False}
    return _bookings().filter(**owed, state=BookingState.PROVISIONAL)


def _remind(due: QuerySet[Booking], *, template: str, field: str) -> int:
    """Mark bookings and queue their mails; returns how many mails."""

    def remind(booking: Booking) -> bool:
        as_listed = Booking.objects.filter(
            pk=booking.pk, state=booking.state, **{field: getattr(booking, field)}
        )
        marked = as_listed.update(**{field: timezone.now()})
        if not (marked and booking.booked_for().email):
            return False
        mail_queue(booking, template)
        return True

    return each(due[:BATCH], remind)
