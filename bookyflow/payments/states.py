"""What a payment attempt goes through, and which steps there are; the database keeps to them."""

from __future__ import annotations

from django.db import models


class ProviderName(models.TextChoices):
    """Who takes the money: the property itself, or a payment service."""

    MANUAL = "manual", "Bank transfer or cash"
    STRIPE = "stripe", "Card"


class AttemptState(models.TextChoices):
    """Where a payment attempt is.

    It is `new` until the provider has said yes, `open` while the guest may pay, `failed` when
    nothing was paid. Money that came is `paid` once it is recorded at the booking; `unmatched` is
    money other than asked for, which waits for staff. What no booking can take is `refunding` and
    then `refunded`, or `refund_failed`, which waits for staff as well.
    """

    NEW = "new"
    OPEN = "open"
    PAID = "paid"
    FAILED = "failed"
    UNMATCHED = "unmatched"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"


# The guest may be on the way to pay; a booking has one of these at most.
UNDER_WAY = (AttemptState.NEW, AttemptState.OPEN)

_MONEY = frozenset({AttemptState.PAID, AttemptState.UNMATCHED, AttemptState.REFUNDING})

# The trigger `payment_attempt_step` has the same table. Money may come for what has failed here:
# a checkout that was given up may still be paid in another window.
STEPS: dict[str, frozenset[str]] = {
    AttemptState.NEW: _MONEY | {AttemptState.OPEN, AttemptState.FAILED},
    AttemptState.OPEN: _MONEY | {AttemptState.FAILED},
    AttemptState.FAILED: _MONEY,
    AttemptState.PAID: frozenset(),
    AttemptState.UNMATCHED: frozenset(),
    AttemptState.REFUNDING: frozenset({AttemptState.REFUNDED, AttemptState.REFUND_FAILED}),
    AttemptState.REFUNDED: frozenset({AttemptState.REFUND_FAILED}),
    AttemptState.REFUND_FAILED: frozenset(),
}
