"""Stripe is down, slow, deaf or says nothing: nothing is lost, and nobody waits for long."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.checks.registry import registry
from django.db import connection
from django.utils import timezone

from bookyflow.billing.models import Payment
from bookyflow.core.errors import DomainError
from bookyflow.core.fields import Sealed
from bookyflow.payments import starting
from bookyflow.payments import stripe as provider
from bookyflow.payments.checks import stripe_can_be_used
from bookyflow.payments.models import PaymentAttempt, ProviderNotice
from bookyflow.payments.reconciling import attempts_reconcile
from bookyflow.payments.retention import attempts_clear
from bookyflow.privacy.anonymising import guest_anonymise
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.models import Booking
from bookyflow.reservations.tokens import booking_token
from tests.domain.conftest import at_once
from tests.domain.payments.conftest import state
from tests.domain.privacy.test_traces import MARK, encrypted, in_the_clear
from tests.domain.reservations.conftest import GRACE

pytestmark = pytest.mark.django_db
UNAVAILABLE = "payment_provider_unavailable"


@pytest.fixture
def later(time_machine):
    """So many minutes from now on, by our clock."""

    def go(minutes):
        time_machine.move_to(timezone.now() + timedelta(minutes=minutes), tick=False)

    return go


class TestStarting:
    @pytest.mark.parametrize("trouble", ["down", "deaf"])
    def test_the_same_call_again_comes_to_one_checkout(self, held, start, stripe, trouble):
        setattr(stripe, trouble, True)
        with pytest.raises(DomainError, match=UNAVAILABLE) as refused:
            start(held)
        assert refused.value.retry_after
        assert state() == "new"

        setattr(stripe, trouble, False)
        shown = start(held)

        assert len(stripe.sessions) == 1
        assert PaymentAttempt.objects.count() == 1
        assert shown.checkout_url == stripe.session["url"]

    def test_a_slow_one_is_not_waited_for(self, held, start, stripe, monkeypatch):
        monkeypatch.setattr(provider, "ANSWER_SECONDS", 0.2)
        stripe.slow = 0.8
        began = time.monotonic()

        with pytest.raises(DomainError, match=UNAVAILABLE):
            start(held)

        assert time.monotonic() - began < 0.7
        while not stripe.asked:  # the server has yet to come to it
            time.sleep(0.02)

    @pytest.mark.parametrize(
        ("refusal", "logged"),
        [("api_key_expired", "AuthenticationError"), ("amount_too_small", "amount_too_small")],
    )
    def test_a_refusal_is_for_good_and_tells_nothing_of_the_account(
        self, held, start, stripe, caplog, refusal, logged
    ):
        stripe.refusal = refusal

        with pytest.raises(DomainError, match="payment_refused") as refused:
            start(held)

        assert "acct_1" not in refused.value.detail
        assert state() == "failed"
        assert logged in caplog.text

    def test_a_dry_run_asks_nobody(self, held, start, stripe):
        assert start(held, dry=True).attempt.state == "new"
        assert stripe.asked == []

    def test_what_was_given_up_meanwhile_is_closed(self, held, start, stripe, work):
        stripe.deaf = True
        with pytest.raises(DomainError, match=UNAVAILABLE):
            start(held)
        stripe.deaf = False
        attempt = PaymentAttempt.objects.get()
        PaymentAttempt.objects.update(state="failed")

        starting._opened(attempt, provider.Stripe("sk_test_bookyflow", ""), starting.each_in_turn)

        assert work("checkout_close") == 1
        assert stripe.session["status"] == "expired"


@pytest.mark.django_db(transaction=True)
def test_no_transaction_waits_for_stripe(held, start, stripe, monkeypatch):
    asked = []

    def looking(self, order):
        asked.append(connection.in_atomic_block)
        return original(self, order)

    original = provider.Stripe.start
    monkeypatch.setattr(provider.Stripe, "start", looking)

    start(held)

    assert asked == [False]


@pytest.mark.django_db(transaction=True)
def test_several_at_once_come_to_one_checkout(held, start, stripe):
    stripe.slow = 0.05

    results = at_once(4, lambda n: start(held).checkout_url)

    assert set(results) == {stripe.session["url"]}
    assert PaymentAttempt.objects.count() == len(stripe.sessions) == 1


class TestReadingBack:
    def test_a_payment_of_which_nobody_has_told(self, held, start, stripe, later):
        start(held)
        stripe.pay()
        assert attempts_reconcile() == 0  # a notice may still come

        later(6)
        assert attempts_reconcile() == 1

        assert Booking.objects.get().state == "confirmed"
        assert Payment.objects.get().amount == 180
        assert attempts_reconcile() == 0

    def test_one_that_has_expired(self, booked, start, stripe, later):
        start(booked)
        stripe.expire()
        later(6)

        assert attempts_reconcile() == 1
        assert state() == "failed"

    def test_one_that_is_open_is_asked_again_later(self, booked, start, stripe, later):
        start(booked)
        later(6)

        assert [attempts_reconcile() for _ in range(2)] == [0, 0]
        assert len(stripe.asked) == 2
        later(6)
        attempts_reconcile()
        assert len(stripe.asked) == 3
        assert state() == "open"

    def test_one_that_was_never_opened(self, booked, start, stripe, later):
        stripe.down = True
        with pytest.raises(DomainError, match=UNAVAILABLE):
            start(booked)
        later(33)

        assert attempts_reconcile() == 1
        assert state() == "failed"

    def test_an_outage_ends_the_run_and_loses_nothing(self, held, start, stripe, later):
        start(held)
        stripe.pay()
        later(6)
        stripe.down = True
        assert attempts_reconcile() == 0

        stripe.down = False
        assert attempts_reconcile() == 1
        assert state() == "paid"

    def test_one_that_another_account_would_know(self, inn, booked, start, stripe, later):
        start(booked)
        stripe.sessions.clear()
        later(6)
        assert attempts_reconcile() == 0
        later(33)

        assert attempts_reconcile() == 1
        assert state() == "failed"

    def test_a_refund_that_was_given_up_is_begun_again(
        self, booked, start, stripe, tell, by, later, work
    ):
        start(booked)
        stripe.pay()
        booking_cancel(booking_id=booked.pk, property_id=booked.property_id, by=by)
        tell()
        later(26 * 60)

        attempts_reconcile()

        assert work("payment_refund") == 2
        assert len(stripe.refunds) == 1

    def test_closing_finds_that_the_guest_has_paid(self, booked, start, stripe, by, work):
        start(booked)
        stripe.pay()
        booking_cancel(booking_id=booked.pk, property_id=booked.property_id, by=by)

        work("checkout_close")

        assert state() == "refunding"

    def test_closing_waits_for_stripe(self, booked, start, stripe, by, work):
        start(booked)
        booking_cancel(booking_id=booked.pk, property_id=booked.property_id, by=by)
        stripe.down = True

        with pytest.raises(DomainError, match=UNAVAILABLE):
            work("checkout_close")


class TestWithoutTheLibrary:
    @pytest.fixture(autouse=True)
    def _without(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "stripe", None)

    def test_it_is_told_where_a_property_needs_it(self, inn):
        assert stripe_can_be_used in registry.deployment_checks
        assert [one.id for one in stripe_can_be_used(None)] == ["payments.W001"]

        inn.plugin_settings.filter(plugin="stripe", name="active").update(value="0")
        assert stripe_can_be_used(None) == []

    def test_there_is_no_payment(self, held, start):
        with pytest.raises(DomainError, match=UNAVAILABLE):
            start(held)

    def test_notices_are_to_come_again(self, inn, stripe):
        with pytest.raises(DomainError, match=UNAVAILABLE):
            provider.Stripe("k", "s").verified(b"{}", {})


def test_with_the_library_nothing_is_told(inn):
    assert stripe_can_be_used(None) == []


class TestForgetting:
    def test_what_came_to_nothing_is_forgotten_after_two_days(
        self, held, start, stripe, tell, later
    ):
        start(held)
        tell("checkout.session.expired", stripe.expire())
        assert PaymentAttempt.objects.get().guest["surname"] == "Hopper"
        assert attempts_clear() == 0

        later(2 * 24 * 60 + 1)

        assert attempts_clear() == 1
        assert PaymentAttempt.objects.get().personal == Sealed()
        assert ProviderNotice.objects.exists()
        later(90 * 24 * 60)
        attempts_clear()
        assert not ProviderNotice.objects.exists()

    def test_with_the_guest(self, booked, start, by):
        start(booked)
        booking_cancel(booking_id=booked.pk, property_id=booked.property_id, by=by)
        assert PaymentAttempt.objects.get().return_url

        guest_anonymise(guest_id=booked.guest_id, property_id=booked.property_id, by=by)

        assert PaymentAttempt.objects.get().personal == Sealed()

    def test_what_is_typed_is_nowhere_in_the_clear(self, held, stripe):
        marked = replace(GRACE, surname=MARK.title(), email=f"{MARK}@guest.example")
        asked = starting.PaymentAsked(
            "stripe", f"https://{MARK}.example/", marked, remarks=MARK, referrer=MARK
        )

        token = booking_token(held.number)
        starting.payment_start(reference=held.number, token=token, asked=asked)

        assert in_the_clear() == set()
        assert encrypted() == {"payments_paymentattempt.personal"}
