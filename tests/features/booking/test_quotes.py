"""One quote makes one hold or one booking, from wherever and how often it is sent."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookyflow.api.models import IdempotencyRecord
from bookyflow.availability.models import Occupancy
from bookyflow.core import ids
from bookyflow.reservations.models import Booking, Hold, QuoteUse
from bookyflow.reservations.tasks import holds_release, quote_uses_clear
from tests.domain.conftest import at_once
from tests.features.booking.conftest import API, GUEST, data, told
from tests.openapi import CheckedClient

pytestmark = pytest.mark.django_db

WIFI, MOBILE = ({"REMOTE_ADDR": address} for address in ("198.51.100.7", "203.0.113.9"))
ONCE = {"HTTP_IDEMPOTENCY_KEY": "one-tap"}


@pytest.fixture
def quote(quoted):
    return quoted()["quote"]


@pytest.fixture
def confirm(confirm, quote):
    """Book by this one quote."""
    return partial(confirm, quote)


@pytest.fixture
def hold(hold, quote):
    """Hold by this one quote."""
    return partial(hold, quote)


@pytest.mark.django_db(transaction=True)
def test_a_price_needs_two_statements_and_no_transaction(quoted):
    quoted()
    with CaptureQueriesContext(connection) as found:
        quoted()
    assert len(found) == 2
    assert not any(one["sql"] == "BEGIN" for one in found)


def test_equal_requests_give_two_quotes(quoted, time_machine):
    time_machine.move_to(timezone.now(), tick=False)

    assert quoted()["quote"] != quoted()["quote"]


def test_a_quote_books_once_from_whatever_network(confirm):
    answers = [confirm(**ONCE, **WIFI), confirm(**ONCE, **MOBILE)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1]["Idempotency-Replayed"] == "true"
    assert answers[0].json() == answers[1].json()
    assert Booking.objects.count() == 1


def test_a_quote_holds_once_from_whatever_network(hold):
    answers = [hold(**ONCE, **WIFI), hold(**ONCE, **MOBILE)]

    assert answers[1]["Idempotency-Replayed"] == "true"
    assert Hold.objects.count() == 1


def test_without_its_key_a_used_quote_is_refused(confirm, hold):
    assert confirm().status_code == 201

    for again in (confirm(), confirm(**ONCE), confirm(**MOBILE), hold(), hold(**ONCE)):
        assert told(again) == (409, "quote_used")
    assert (Booking.objects.count(), Hold.objects.count()) == (1, 0)


def test_what_is_held_is_not_booked_by_its_quote_as_well(confirm, hold):
    assert hold().status_code == 201

    assert told(hold()) == told(confirm()) == (409, "quote_used")
    assert Occupancy.objects.count() == 1


def test_a_quote_stays_used_when_its_hold_has_expired(confirm, hold):
    hold()
    Hold.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    holds_release(0)

    assert told(hold()) == told(confirm()) == (409, "quote_used")


def test_a_quote_stays_used_when_its_booking_is_cancelled(cancel, confirm, hold):
    data(cancel(data(confirm(), 201)))

    assert told(hold()) == told(confirm()) == (409, "quote_used")


def test_a_hold_becomes_its_booking_with_the_quote_that_it_used(held, confirm):
    data(confirm(held=held), 201)

    assert QuoteUse.objects.get().serial == Booking.objects.get().pk


def test_a_refusal_uses_no_quote_up(confirm):
    nameless = {"guest": GUEST | {"tel_mobile": ""}}
    assert told(confirm(also=nameless)) == (400, "guest_fields_missing")

    assert confirm().status_code == 201


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("key", ["", "one-tap"])
def test_of_many_at_once_one_books(quote, key):
    def work(number):
        headers = {"HTTP_IDEMPOTENCY_KEY": key or str(number), "REMOTE_ADDR": f"192.0.2.{number}"}
        body = {"quote": quote, "guest": GUEST}
        return CheckedClient().post(f"{API}/confirm", body, **headers)

    answers = at_once(12, work)

    made = [answer for answer in answers if answer.status_code == 201]
    assert len([answer for answer in made if "Idempotency-Replayed" not in answer]) == 1
    assert len({answer.json()["data"]["booking"]["reference"] for answer in made}) == 1
    refused = {told(answer) for answer in answers if answer.status_code != 201}
    assert refused <= {(409, "quote_used" if not key else "idempotency_in_progress")}
    assert (Booking.objects.count(), QuoteUse.objects.count()) == (1, 1)


def test_the_database_keeps_a_quote_from_being_used_twice(confirm, quote, inn):
    confirm()

    with pytest.raises(IntegrityError, match="quote_used_once"), transaction.atomic():
        QuoteUse.objects.create(
            digest=ids.digest(quote), serial=1, property_id=inn.pk, caller="key 1", is_known=True
        )


def test_who_asks_late_whether_a_quote_was_used_is_told_so(
    confirm, hold, quoted, anonymous, time_machine
):
    now, unused = timezone.now(), quoted()["quote"]
    assert confirm().status_code == 201
    time_machine.move_to(now + timedelta(hours=23))

    assert told(hold()) == told(confirm()) == (409, "quote_used")
    assert told(anonymous.post(f"{API}/hold", {"quote": unused})) == (409, "quote_expired")


def test_uses_are_forgotten_once_the_quote_itself_is_refused(confirm, time_machine):
    now = timezone.now()
    assert confirm().status_code == 201
    Booking.objects.update(pay_by=None)  # it would count until then
    time_machine.move_to(now + timedelta(minutes=31))
    assert quote_uses_clear(0) == 0
    assert told(confirm()) == (409, "quote_used")
    time_machine.move_to(now + timedelta(days=30))

    assert quote_uses_clear(0) == 1
    assert told(confirm()) == (409, "quote_expired")


def test_a_price_leaves_no_trace(anonymous, asked):
    for key in ("one-tap", "two words"):
        answer = anonymous.post(f"{API}/quote", asked, HTTP_IDEMPOTENCY_KEY=key)
        assert answer.status_code == 200

    assert not IdempotencyRecord.objects.exists()


def test_a_booking_session_opens_no_booking(anonymous, cancel, confirm):
    booking = data(confirm(), 201)
    session = ONCE | {"HTTP_X_BOOKYFLOW_BOOKING_SESSION_ID": "s1"}

    data(cancel(booking, **session))
    nothing = anonymous.delete(f"{API}/{booking['reference']}", **session)
    assert told(nothing) == (400, "validation_failed")
    assert told(cancel(booking | {"token": "x" * 43}, **session)) == (404, "booking_not_found")
    assert cancel(booking, **session, **MOBILE)["Idempotency-Replayed"] == "true"


def test_an_answer_with_a_token_is_given_again_to_who_has_the_quote(anonymous, quoted, confirm):
    session = ONCE | {"HTTP_X_BOOKYFLOW_BOOKING_SESSION_ID": "s1"}
    confirm(**session)
    bodies = [{"guest": GUEST}, {"quote": quoted()["quote"], "guest": GUEST}]

    for answer in (anonymous.post(f"{API}/confirm", body, **session) for body in bodies):
        assert "Idempotency-Replayed" not in answer
    assert confirm(**session)["Idempotency-Replayed"] == "true"
