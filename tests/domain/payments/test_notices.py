"""Notices of Stripe: whose they are, and that each counts once in whatever order they come."""

from __future__ import annotations

import json
import time
from decimal import Decimal

import pytest

from bookyflow.billing.models import Payment
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.payments.models import PaymentAttempt, ProviderNotice
from bookyflow.payments.notices import Outcome, payment_notice
from bookyflow.payments.states import ProviderName
from bookyflow.reservations.models import Booking
from tests.conftest import make_hotel
from tests.domain.conftest import at_once
from tests.domain.payments.conftest import SECRET, signature, state

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(held, start, stripe):
    """A session that a guest has paid, of which nobody has heard."""
    start(held)
    return stripe.pay()


@pytest.fixture
def send(inn):
    def post(body, header=None, prop=None):
        return payment_notice(
            property_id=(prop or inn).pk,
            provider=ProviderName.STRIPE,
            body=body,
            headers={} if header is None else {"Stripe-Signature": header},
        )

    return post


def refused(call, *args):
    with pytest.raises(DomainError) as error:
        call(*args)
    assert error.value.key == "notice_invalid"
    assert not ProviderNotice.objects.exists()
    assert not Payment.objects.exists()


class TestSignature:
    @pytest.fixture
    def body(self, stripe, paid):
        return stripe.event("checkout.session.completed", paid)

    def test_one_that_is_none(self, send, body):
        refused(send, body)
        for header in ("", "t=,v1=", "v1=00", "t=x,v1=00", "t=1", "☃", "t=1,v0=0"):
            refused(send, body, header)

    def test_of_another_secret(self, send, body):
        refused(send, body, signature(body, "whsec_other"))

    def test_of_another_body(self, send, body):
        refused(send, body.replace(b"18000", b"00001"), signature(body))

    def test_an_old_one(self, send, body):
        refused(send, body, signature(body, at=time.time() - 301))

    def test_one_of_several_is_enough(self, send, body):
        old = signature(body, "whsec_before")
        new = signature(body).partition(",")[2]

        assert send(body, f"{old},{new}") == Outcome.TAKEN

    def test_at_another_property(self, send, body, stranger):
        refused(send, body, signature(body), make_hotel(stranger))

    def test_where_there_is_no_secret(self, inn, send, body):
        inn.plugin_settings.filter(name="webhook_secret").update(value="")

        refused(send, body, signature(body, ""))

    def test_what_is_signed_and_no_notice(self, inn, send):
        session = "checkout.session.completed"
        for body in (
            *(b"", b"{}", b"[]", b"null", b"{", b"\xff", b'{"id": "evt_1", "type": "x"}'),
            b'{"id": "e", "object": "event", "type": "%b", "data": {}}' % session.encode(),
        ):
            refused(send, body, signature(body.decode(errors="replace").encode()))

    def test_money_counts_also_where_stripe_was_switched_off_since(self, inn, send, body):
        inn.plugin_settings.filter(plugin="stripe", name="active").update(value="0")

        assert send(body, signature(body)) == Outcome.TAKEN


class TestOnce:
    def test_the_same_notice_again(self, paid, tell):
        assert tell(event_id="evt_same") == Outcome.TAKEN
        assert tell(event_id="evt_same") == Outcome.KNOWN

        assert Payment.objects.count() == 1

    def test_another_notice_of_the_same_payment(self, paid, tell):
        assert tell() == Outcome.TAKEN
        assert tell("checkout.session.async_payment_succeeded") == Outcome.KNOWN

        assert Payment.objects.count() == 1

    def test_that_it_has_expired_comes_after_the_payment(self, paid, tell):
        tell()

        late = paid | {"status": "expired", "payment_status": "unpaid"}
        assert tell("checkout.session.expired", late) == Outcome.KNOWN
        assert state() == "paid"

    def test_that_it_has_expired_comes_before_the_payment(self, paid, tell):
        early = paid | {"status": "expired", "payment_status": "unpaid"}
        assert tell("checkout.session.expired", early) == Outcome.TAKEN
        assert state() == "failed"

        assert tell() == Outcome.TAKEN
        assert state() == "paid"
        assert Booking.objects.get().state == "confirmed"

    def test_before_we_know_what_stripe_calls_the_checkout(self, held, start, stripe, tell):
        stripe.deaf = True
        with pytest.raises(DomainError, match="payment_provider_unavailable"):
            start(held)
        stripe.pay()

        assert tell() == Outcome.TAKEN
        assert PaymentAttempt.objects.get().provider_id == stripe.session["id"]
        assert Booking.objects.get().state == "confirmed"


@pytest.mark.django_db(transaction=True)
def test_notices_at_once_record_one_payment(paid, tell):
    outcomes = at_once(6, lambda n: tell(event_id=f"evt_{n % 2}"))

    assert sorted(outcomes) == [Outcome.KNOWN] * 5 + [Outcome.TAKEN]
    assert Payment.objects.get().amount == Booking.objects.get().paid == Decimal(180)


class TestWhatWasNotAskedFor:
    @pytest.mark.parametrize(
        "came", [{"amount_total": 17999}, {"amount_total": 18001}, {"currency": "usd"}]
    )
    def test_another_amount_or_currency(self, booked, start, stripe, tell, work, mailoutbox, came):
        start(booked)
        stripe.pay(**came)

        assert tell() == Outcome.TAKEN

        booked.refresh_from_db()
        assert (booked.state, booked.paid) == ("provisional", 0)
        assert state() == "unmatched"
        event = Event.objects.get(kind="payment_unmatched")
        assert event.data["amount"] == "180.00"
        work()
        (mail,) = mailoutbox
        assert "not what was asked for" in mail.subject
        assert "grace" not in str(mail.to)

    def test_a_payment_that_nobody_knows(self, paid, tell):
        other = paid | {"metadata": {"bookyflow_payment": "nobody"}}

        assert tell(about=other) == Outcome.UNKNOWN
        assert Event.objects.filter(kind="payment_unknown").count() == 1
        assert not Payment.objects.exists()

    def test_another_checkout_under_our_name(self, paid, tell):
        assert tell(about=paid | {"id": "cs_other"}) == Outcome.UNKNOWN
        assert state() == "open"

    def test_what_the_property_sells_otherwise(self, paid, tell):
        other = paid | {"metadata": {}, "client_reference_id": None, "id": "cs_other"}

        assert tell(about=other) == Outcome.IGNORED
        assert not ProviderNotice.objects.exists()

    def test_what_does_not_concern_us(self, paid, tell):
        for kind in ("customer.created", "charge.succeeded", "v2.core.event"):
            assert tell(kind) == Outcome.IGNORED
        assert state() == "open"

    def test_a_session_that_is_complete_and_not_paid(self, paid, tell):
        assert tell(about=paid | {"payment_status": "unpaid"}) == Outcome.IGNORED
        assert state() == "open"


def test_nothing_of_a_notice_is_kept(paid, tell):
    tell()

    (kept,) = ProviderNotice.objects.values()
    assert kept.keys() == {
        *("id", "property_id", "provider", "event_id", "kind", "outcome", "attempt_id"),
        "received_at",
    }
    assert SECRET not in json.dumps(kept, default=str)
