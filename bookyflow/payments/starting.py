"""A guest sets out to pay: an attempt is made, then the provider is asked, then its answer kept.

The provider is asked outside of any transaction, so that no lock and no connection waits for it.
Whatever is lost in between, the same call again comes to the same attempt and the same checkout.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from bookyflow.core.database import Each, connection, each_in_turn
from bookyflow.core.errors import DomainError
from bookyflow.guests.services import GuestDetails
from bookyflow.payments.due import due_now, serial_of
from bookyflow.payments.models import PaymentAttempt
from bookyflow.payments.providers import Checkout, Order, Provider
from bookyflow.payments.selectors import PaymentShown, payment_shown, provider_of
from bookyflow.payments.states import UNDER_WAY, AttemptState
from bookyflow.payments.steps import attempt_fail, attempt_lock, checkout_close_queue
from bookyflow.properties.locking import property_lock
from bookyflow.reservations.held_booking import HeldBooking
from bookyflow.reservations.models import Booking, BookingState, Hold
from bookyflow.reservations.paying import booking_keep_for_payment, hold_keep_for_payment
from bookyflow.reservations.public_booking import Confirmation, visitor_confirm, visitor_find

# Stripe's checkouts live for half an hour at least; two minutes for clocks that differ, and so much
# longer is kept what is paid for, so that the notice of a payment in the last moment finds it.
CHECKOUT_LIVES = timedelta(minutes=32)
NOTICE_TAKES = timedelta(minutes=3)
LEAST_LEFT = timedelta(minutes=30)  # of a checkout that the provider may not have opened yet

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PaymentAsked:
    """How a guest wants to pay, and where to come back to.

    `guest` is for whom what is held is booked once it is paid, with what goes with the booking; a
    booking that there is already needs none of it.
    """

    provider: str
    return_url: str = ""
    guest: GuestDetails | None = None
    remarks: str = ""
    referrer: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)

    def confirmation(self, guest: GuestDetails, reference: str) -> Confirmation:
        """What books what is held under a reference."""
        return Confirmation(
            guest=guest,
            reference=reference,
            remarks=self.remarks,
            referrer=self.referrer,
            answers=self.answers,
        )


def payment_start(
    *,
    reference: str,
    token: str,
    asked: PaymentAsked,
    language: str = "",
    each: Each = each_in_turn,
    dry: bool = False,
) -> PaymentShown:
    """Let a guest pay what is due of a booking, or of what is held, at a provider.

    One attempt of a booking is under way at a time: the same call again answers with it, and
    another provider or amount takes its place. What is paid for is kept meanwhile, for two hours at
    most. Nothing that would keep what is held from being booked is left for after the payment.
    `each` runs the parts that write; in a `dry` run no provider is asked. Outside of transactions.

    Raises DomainError `booking_not_found`, `payment_method_unavailable`, `nothing_to_pay`,
    `booking_state`, `hold_expired`, `payment_time_over`, `validation_failed`, those of
    `hold_confirm`, and `payment_provider_unavailable` and `payment_refused`.
    """
    found = visitor_find(reference=reference, token=token)
    provider = provider_of(property_id=found.property.pk, name=asked.provider)
    _check(found, provider, asked)
    if isinstance(found, HeldBooking) and asked.guest is not None:
        confirmation = asked.confirmation(asked.guest, reference)
        refusal = each(lambda: _confirm_tried(confirmation, language, token))
        if refusal is not None:
            raise refusal
    attempt = each(lambda: _attempt(reference, token, provider, asked, language))
    if attempt.state == AttemptState.NEW and not dry:
        attempt = _opened(attempt, provider, each)
    return payment_shown(attempt)


def _check(found: Booking | HeldBooking, provider: Provider, asked: PaymentAsked) -> None:
    """Refuse what cannot be paid, or not in this way."""
    if found.state == "expired":
        raise DomainError("hold_expired")
    is_enquiry = found.state == BookingState.ENQUIRY
    if is_enquiry or (isinstance(found, HeldBooking) and found.property.settings.requires_approval):
        told = gettext("The property approves each booking; it is paid afterwards.")
        raise DomainError("booking_state", told)
    if not due_now(found):
        raise DomainError("nothing_to_pay")
    if provider.is_online and not asked.return_url:
        problem = gettext("This field is required.")
        raise DomainError("validation_failed", fields={"return_url": [problem]})
    if not isinstance(found, HeldBooking):
        return
    if not provider.is_online:  # rooms are not held until staff have recorded money
        raise DomainError("booking_state", gettext("Book first, then pay in this way."))
    if asked.guest is None:
        problem = gettext("This field is required.")
        raise DomainError("validation_failed", fields={"guest": [problem]})


def _confirm_tried(asked: Confirmation, language: str, token: str) -> DomainError | None:
    """Book what is held and undo it, so that nobody pays for what cannot be booked.

    A refusal that keeps what it tells of is returned, to be raised once that is kept.
    """
    with transaction.atomic():
        try:
            visitor_confirm(asked=asked, language=language, token=token)
        except DomainError as refusal:
            if not refusal.keeps:
                raise
            return refusal
        transaction.set_rollback(True)
    return None


def _attempt(
    reference: str, token: str, provider: Provider, asked: PaymentAsked, language: str
) -> PaymentAttempt:
    """The attempt that is under way, or a new one in its place, and time to pay."""
    prop = property_lock(visitor_find(reference=reference, token=token).property.pk)
    found = visitor_find(reference=reference, token=token)  # as it is under the lock
    _check(found, provider, asked)
    amount = due_now(found)
    under_way = (
        PaymentAttempt.objects.select_for_update()
        .filter(serial=serial_of(found), state__in=UNDER_WAY)
        .first()
    )
    if under_way is not None:
        is_same = (under_way.provider, under_way.amount, under_way.currency) == (
            provider.name,
            amount,
            found.currency,
        )
        if is_same and _lasts(under_way):
            return _told(under_way, asked)
        attempt_fail(under_way, "replaced")
    expires_at = timezone.now() + CHECKOUT_LIVES if provider.is_online else None
    if expires_at is not None:
        _keep(found, expires_at + NOTICE_TAKES)
    attempt = PaymentAttempt(
        property=prop,
        serial=serial_of(found),
        provider=provider.name,
        state=AttemptState.NEW if provider.is_online else AttemptState.OPEN,
        uid=secrets.token_urlsafe(24),
        amount=amount,
        currency=found.currency,
        language=language[:5],
        expires_at=expires_at,
    )
    attempt.return_url = asked.return_url
    return _told(attempt, asked)


def _lasts(attempt: PaymentAttempt) -> bool:
    """Whether a guest who is sent there now can still pay."""
    if attempt.expires_at is None:
        return True
    left = attempt.expires_at - timezone.now()
    return left > (LEAST_LEFT if attempt.state == AttemptState.NEW else timedelta(minutes=1))


def _told(attempt: PaymentAttempt, asked: PaymentAsked) -> PaymentAttempt:
    """Keep with an attempt for whom the booking is to be, as it was said last."""
    if asked.guest is not None:
        attempt.guest = asked.guest.told()
        attempt.answers = asked.answers
        attempt.remarks, attempt.referrer = asked.remarks, asked.referrer
    attempt.save()
    return attempt


def _keep(found: Booking | HeldBooking, until: datetime) -> None:
    if isinstance(found, HeldBooking):
        hold_keep_for_payment(Hold.objects.get(serial=found.serial), until=until)
    else:
        booking_keep_for_payment(found, until=until)


def _opened(attempt: PaymentAttempt, provider: Provider, each: Each) -> PaymentAttempt:
    """Ask the provider for a checkout, and keep what it says."""
    order = Order(
        uid=attempt.uid,
        number=attempt.number(),
        house=attempt.property.name,
        amount=attempt.amount,
        currency=attempt.currency,
        expires_at=attempt.expires_at,
        return_url=attempt.return_url,
        language=attempt.language,
    )
    if not connection.in_atomic_block:
        connection.close()  # back to the pool, while the provider takes its time
    try:
        checkout = provider.start(order)
    except DomainError as error:
        if error.key == "payment_refused":
            logger.warning("%s refuses %s: %s", provider.name, attempt.uid, error.__cause__)
            each(lambda: _refused(attempt))
        raise
    return each(lambda: _open(attempt, checkout))


def _refused(attempt: PaymentAttempt) -> None:
    locked = attempt_lock(attempt.pk, property_id=attempt.property_id)
    if locked.state == AttemptState.NEW:
        attempt_fail(locked, "refused")


def _open(attempt: PaymentAttempt, checkout: Checkout) -> PaymentAttempt:
    """Keep where to pay; what was given up meanwhile is closed there, too."""
    locked = attempt_lock(attempt.pk, property_id=attempt.property_id)
    locked.provider_id = checkout.provider_id
    if locked.state == AttemptState.FAILED:
        checkout_close_queue(locked)
    elif locked.state == AttemptState.NEW:
        locked.state = AttemptState.OPEN
        locked.checkout_url = checkout.url
    locked.save(update_fields=["provider_id", "state", "personal", "changed_at"])
    return locked
