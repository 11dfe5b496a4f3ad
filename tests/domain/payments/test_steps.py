"""The steps of a payment attempt are those of the table, also in the database."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bookyflow.payments.models import PaymentAttempt
from bookyflow.payments.states import STEPS, UNDER_WAY, AttemptState

pytestmark = pytest.mark.django_db
UNPAID = {*UNDER_WAY, AttemptState.FAILED}


def attempt(prop, state=AttemptState.NEW, serial=7, **fields):
    """One in a state, as if it had come there."""
    return PaymentAttempt.objects.create(
        property=prop,
        serial=serial,
        provider="stripe",
        state=state,
        uid=f"{state}-{serial}",
        amount=Decimal(100),
        currency="EUR",
        paid_at=None if state in UNPAID else timezone.now(),
        **fields,
    )


@pytest.mark.parametrize("before", AttemptState.values)
def test_the_database_knows_the_same_steps(hotel, before):
    made = attempt(hotel, before)
    taken = set()

    for after in AttemptState.values:
        made.paid_at = None if after in UNPAID else timezone.now()
        made.state = after
        try:
            with transaction.atomic():
                made.save()
                transaction.set_rollback(True)
        except IntegrityError:
            continue
        taken.add(after)

    assert taken == STEPS[before] | {before}


@pytest.mark.parametrize(
    "change",
    [{"amount": 1}, {"currency": "USD"}, {"serial": 8}, {"provider": "manual"}, {"uid": "other"}],
)
def test_what_an_attempt_is_for_stays(hotel, change):
    made = attempt(hotel)

    with pytest.raises(IntegrityError, match="stays"):
        PaymentAttempt.objects.filter(pk=made.pk).update(**change)


def test_a_booking_has_one_under_way_and_any_number_that_failed(hotel):
    attempt(hotel, AttemptState.FAILED)
    attempt(hotel, AttemptState.OPEN)

    with pytest.raises(IntegrityError, match="payment_attempt_one_under_way"):
        attempt(hotel, AttemptState.NEW)
