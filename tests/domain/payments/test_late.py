"""Money that comes when the nights are gone: had again where they are free, else given back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from bookyflow.availability.models import Occupancy
from bookyflow.billing.models import Payment
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.payments.models import PaymentAttempt
from bookyflow.payments.notices import Outcome
from bookyflow.payments.refunding import refund_send
from bookyflow.payments.retention import attempts_clear
from bookyflow.reservations.claiming import Claim
from bookyflow.reservations.holds import holds_expire
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.models import Booking, Hold
from bookyflow.reservations.public_booking import Confirmation, visitor_confirm
from bookyflow.reservations.reminders import unpaid_expire
from bookyflow.rooms.models import Room
from bookyflow.tariffs.models import DailyRate
from tests.domain.payments.conftest import state
from tests.domain.reservations.conftest import GRACE, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(held, start, stripe):
    """A hold that has ended after its guest has paid, before anybody has heard of it."""
    start(held)
    stripe.pay()
    _end_of_holds()
    return held


def _end_of_holds():
    ago = timezone.now() - timedelta(minutes=1)
    Hold.objects.update(expires_at=ago)
    Occupancy.objects.filter(kind="hold").update(expires_at=ago)
    assert holds_expire() == 1


@pytest.fixture
def sold_out(inn):
    """Nothing is left of the property."""

    def take():
        Room.objects.filter(property=inn).update(deleted_at=timezone.now())

    return take


def test_nights_that_are_free_are_had_again(late, tell):
    assert tell() == Outcome.TAKEN

    booking = Booking.objects.get()
    assert (booking.number, booking.state, booking.paid) == (late.number, "confirmed", 180)
    assert Occupancy.objects.get().booking == booking
    assert state() == "paid"


@pytest.mark.parametrize("how", ["sold out", "dearer", "cheaper", "approval"])
def test_else_the_money_goes_back_and_everybody_is_told(
    inn, late, tell, sold_out, work, stripe, mailoutbox, how
):
    if how == "sold out":
        sold_out()
    elif how == "approval":
        settle(inn, requires_approval=True)
    else:
        DailyRate.objects.update(price=Decimal(200 if how == "dearer" else 50))

    assert tell() == Outcome.TAKEN

    assert state() == "refunding"
    assert not Booking.objects.exists()
    assert not Occupancy.objects.exists()
    assert Event.objects.get(kind="payment_late").data["amount"] == "180.00"
    work("payment_refund")
    assert state() == "refunded"
    (refund,) = stripe.refunds.values()
    assert refund["amount"] == 18000
    assert Event.objects.filter(kind="payment_refunded").count() == 1
    work("payment_mail")
    told = {mail.to[0]: mail for mail in mailoutbox}
    assert len(told) == 2
    assert "180" in told["grace@guest.example"].body
    assert late.number in told["grace@guest.example"].body


def test_money_goes_back_once_nobody_knows_for_whom_it_was(late, tell, time_machine):
    time_machine.move_to(timezone.now() + timedelta(days=3), tick=False)
    assert attempts_clear() == 1

    tell(about=None)

    assert state() == "refunding"


def test_somebody_else_has_taken_the_last_rooms(late, tell, quoted):
    guest = replace(GRACE, email="murray@guest.example")
    for n in range(3):
        text = quoted()
        claim = Claim(text, address=f"198.51.100.{n}")
        visitor_confirm(asked=Confirmation(guest, quote=text), claim=claim)

    tell()

    assert state() == "refunding"
    assert Booking.objects.count() == Occupancy.objects.count() == 3


class TestBookingThatHasEnded:
    @pytest.fixture
    def ended(self, booked, start, stripe):
        start(booked)
        stripe.pay()
        Booking.objects.update(pay_by=timezone.now())
        assert unpaid_expire() == 1
        return booked

    def test_it_is_booked_again_under_another_number(self, ended, tell):
        assert tell() == Outcome.TAKEN

        again = Booking.objects.exclude(pk=ended.pk).get()
        assert (again.state, again.paid, again.arrival) == ("confirmed", 180, ended.arrival)
        assert again.booked_for() == ended.booked_for()
        assert Payment.objects.get().booking == again
        assert PaymentAttempt.objects.get().booking == again

    def test_or_the_books_show_the_money_both_ways(self, ended, tell, sold_out, work):
        sold_out()

        tell()

        ended.refresh_from_db()
        assert (ended.state, ended.paid) == ("cancelled", 180)
        work("payment_refund")
        ended.refresh_from_db()
        assert ended.paid == 0
        assert [one.amount for one in Payment.objects.all()] == [180, -180]

    def test_what_somebody_has_cancelled_is_not_booked_again(
        self, booked, start, stripe, tell, by, work
    ):
        start(booked)
        stripe.pay()
        booking_cancel(booking_id=booked.pk, property_id=booked.property_id, by=by)

        tell()

        assert Booking.objects.count() == 1
        assert state() == "refunding"

    def test_a_fee_that_is_due_takes_the_money(self, inn, booked, start, stripe, tell, by):
        settle(inn, cancellation_fee_kind="fixed", cancellation_fee=50, cancellation_free_days=90)
        start(booked)
        stripe.pay()
        booking_cancel(booking_id=booked.pk, property_id=booked.property_id, by=by, charge_fee=True)

        tell()

        booked.refresh_from_db()
        assert (booked.state, booked.total, booked.paid) == ("cancelled", 50, 180)
        assert state() == "paid"


class TestRefund:
    @pytest.fixture
    def waiting(self, late, tell, sold_out):
        """Money that is to go back."""
        sold_out()
        tell()
        return PaymentAttempt.objects.get()

    @pytest.mark.parametrize("trouble", ["down", "deaf"])
    def test_it_is_tried_until_it_is_done_and_done_once(self, waiting, work, stripe, trouble):
        setattr(stripe, trouble, True)
        for _ in range(2):
            with pytest.raises(DomainError, match="payment_provider_unavailable"):
                work("payment_refund")
        assert state() == "refunding"

        setattr(stripe, trouble, False)
        work("payment_refund")

        assert state() == "refunded"
        assert len(stripe.refunds) == 1
        keys = {key for method, path, key in stripe.asked if path == "/v1/refunds"}
        assert keys == {f"bookyflow-{waiting.uid}-refund"}

    def test_what_was_given_back_at_stripe_is_done(self, waiting, work, stripe):
        stripe.create_refund({"payment_intent": stripe.session["payment_intent"]})

        work("payment_refund")

        assert state() == "refunded"

    @pytest.mark.parametrize("trouble", [{"refusal": "x"}, {"refund_status": "failed"}])
    def test_staff_hear_of_what_fails(self, waiting, work, stripe, mailoutbox, trouble):
        for name, value in trouble.items():
            setattr(stripe, name, value)

        work("payment_refund")

        assert state() == "refund_failed"
        assert Event.objects.filter(kind="payment_refund_failed").count() == 1
        work("payment_mail")
        assert "A refund has failed" in [mail.subject.partition(":")[0] for mail in mailoutbox]

    def test_staff_hear_of_what_fails_days_later(self, waiting, work, stripe, tell):
        work("payment_refund")
        (refund,) = stripe.refunds.values()
        failed = refund | {"status": "failed"}

        assert tell("refund.failed", failed) == Outcome.TAKEN
        assert tell("charge.refund.updated", failed) == Outcome.KNOWN
        assert state() == "refund_failed"

    def test_twice_at_once_is_once(self, waiting, work):
        refund_send(attempt_id=waiting.pk)
        refund_send(attempt_id=waiting.pk)

        assert Event.objects.filter(kind="payment_refunded").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_killed_meanwhile_loses_no_refund(late, tell, sold_out, stripe):
    sold_out()
    tell()
    attempt = PaymentAttempt.objects.get()
    pid = connection.connection.info.backend_pid

    def kill():
        with connection.cursor() as cursor:  # the server's own
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        connection.close()

    stripe.meanwhile = kill
    with pytest.raises(OperationalError):
        refund_send(attempt_id=attempt.pk)
    stripe.meanwhile = None
    connection.close()
    refund_send(attempt_id=attempt.pk)  # the job comes again

    assert state() == "refunded"
    assert len(stripe.refunds) == 1
    assert Event.objects.filter(kind="payment_refunded").count() == 1


def test_nothing_personal_is_in_a_job(late, tell, sold_out):
    sold_out()
    tell()

    jobs = ProcrastinateJob.objects.filter(task_name__startswith="bookyflow.payments")
    assert jobs.count() >= 3
    assert "grace" not in str([job.args for job in jobs]).lower()
