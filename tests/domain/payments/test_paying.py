"""From setting out to pay to the confirmed booking."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from bookyflow.availability.models import Occupancy
from bookyflow.billing.models import Payment
from bookyflow.billing.payments import payment_record
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.guests.models import Guest
from bookyflow.guests.services import guest_save
from bookyflow.payments.models import PaymentAttempt
from bookyflow.payments.notices import Outcome
from bookyflow.payments.selectors import payment_read, ways_to_pay
from bookyflow.payments.starting import CHECKOUT_LIVES, NOTICE_TAKES
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.models import Booking, Hold
from bookyflow.reservations.public_booking import visitor_cancel
from bookyflow.reservations.reminders import unpaid_expire
from bookyflow.reservations.tokens import booking_token
from tests.domain.payments.conftest import BACK, settle, state
from tests.domain.reservations.conftest import GRACE

pytestmark = pytest.mark.django_db


def access(found):
    return {"reference": found.number, "token": booking_token(found.number)}


def test_what_is_held_is_booked_and_confirmed_by_the_payment(held, start, stripe, tell):
    shown = start(held)
    assert shown.checkout_url == stripe.session["url"]
    assert not Booking.objects.exists()

    stripe.pay()
    assert tell() == Outcome.TAKEN

    booking = Booking.objects.get()
    assert (booking.number, booking.state) == (held.number, "confirmed")
    assert (booking.paid, booking.deposit_required) == (Decimal(180), Decimal(180))
    assert (booking.booked_for().surname, booking.language) == ("Hopper", "de")
    payment = Payment.objects.get()
    assert (payment.amount, payment.method, payment.booking) == (180, "card", booking)
    assert payment.reference == f"stripe {stripe.session['payment_intent']}"
    attempt = PaymentAttempt.objects.get()
    assert (attempt.state, attempt.payment, attempt.booking) == ("paid", payment, booking)
    assert attempt.personal.values() == {}
    assert payment_read(**access(held)).checkout_url == ""


def test_the_guest_is_not_asked_for_a_deposit_that_is_paid(held, start, stripe, tell):
    start(held)
    stripe.pay()
    tell()

    told = {"booking_id": held.serial, "template": "booking_added", "audience": "guest"}
    job = ProcrastinateJob.objects.get(args__contains=told)
    assert Decimal(job.args["facts"]["paid"]) == 180
    assert job.args["facts"]["state"] == "confirmed"


def test_stripe_is_asked_for_what_is_due(held, start, stripe):
    start(held)

    sent = stripe.session["sent"]
    attempt = PaymentAttempt.objects.get()
    assert sent["line_items[0][price_data][unit_amount]"] == "18000"
    assert sent["line_items[0][price_data][currency]"] == "eur"
    assert sent["payment_method_types[0]"] == "card"
    assert sent["success_url"] == sent["cancel_url"] == BACK
    assert sent["locale"] == "de"
    assert sent["metadata[bookyflow_payment]"] == attempt.uid
    assert "grace" not in str(sent).lower()  # nothing personal goes there


def test_a_booking_is_confirmed_by_the_payment_and_its_guest_told(
    booked, start, stripe, tell, work, mailoutbox
):
    start(booked)
    stripe.pay()

    tell()

    booked.refresh_from_db()
    assert (booked.state, booked.paid, booked.pay_by) == ("confirmed", 180, None)
    work("payment_mail")
    (mail,) = mailoutbox
    assert mail.to == ["grace@guest.example"]
    assert "180" in mail.body


def test_the_rest_can_be_paid_after_the_deposit(booked, start, stripe, tell):
    start(booked)
    stripe.pay()
    tell()

    start(booked)
    assert stripe.session["amount_total"] == 18000
    stripe.pay()
    tell()

    booked.refresh_from_db()
    assert booked.paid == booked.total == 360
    with pytest.raises(DomainError, match="nothing_to_pay"):
        start(booked)


def test_the_same_call_again_comes_to_the_same_checkout(held, start, stripe):
    first = start(held)
    second = start(held)

    assert first.attempt == second.attempt
    assert first.checkout_url == second.checkout_url
    assert len(stripe.asked) == 1


def test_the_name_that_was_said_last_counts(held, start, stripe, tell):
    start(held)
    start(held, guest=replace(GRACE, surname="Murray"))
    stripe.pay()
    tell()

    assert Booking.objects.get().booked_for().surname == "Murray"


def test_what_is_held_is_kept_for_as_long_as_the_guest_can_pay(held, start, stripe):
    start(held)

    hold = Hold.objects.get()
    assert hold.expires_at - hold.created_at >= CHECKOUT_LIVES + NOTICE_TAKES
    assert Occupancy.objects.get().expires_at == hold.expires_at
    assert int(stripe.session["expires_at"]) < hold.expires_at.timestamp()


def test_nobody_keeps_rooms_by_beginning_to_pay_again_and_again(held, start, time_machine):
    began = timezone.now()
    for minutes in (0, 32, 64):
        time_machine.move_to(began + timedelta(minutes=minutes), tick=False)
        start(held)

    time_machine.move_to(began + timedelta(minutes=96), tick=False)
    with pytest.raises(DomainError, match="payment_time_over"):
        start(held)
    assert Hold.objects.get().expires_at <= began + timedelta(hours=2)


def test_a_booking_waits_for_the_payment_and_no_longer(booked, start, time_machine):
    soon = timezone.now() + timedelta(minutes=10)
    Booking.objects.update(pay_by=soon, created_at=soon - timedelta(hours=72))

    start(booked)

    booked.refresh_from_db()
    assert booked.pay_by > timezone.now() + CHECKOUT_LIVES
    time_machine.move_to(booked.pay_by + timedelta(minutes=1), tick=False)
    assert unpaid_expire() == 1
    booked.refresh_from_db()
    assert booked.state == "cancelled"
    assert state() == "failed"


def test_what_could_not_be_booked_is_not_paid_for(held, start, stripe):
    with pytest.raises(DomainError, match="guest_fields_missing") as refused:
        start(held, guest=replace(GRACE, email="", mobile=""))

    assert refused.value.fields["guest"]
    assert not PaymentAttempt.objects.exists()
    assert not Booking.objects.exists()
    assert stripe.asked == []


def test_a_blacklisted_guest_is_refused_before_the_payment(inn, held, start, stripe):
    guest_save(property_id=inn.pk, details=GRACE, trusted=True)
    Guest.objects.update(blacklisted=True)

    with pytest.raises(DomainError, match="no_room_available"):
        start(held)

    assert Event.objects.filter(kind="guest_refused").count() == 1
    assert not Occupancy.objects.exists()
    assert stripe.asked == []


def test_a_hold_needs_a_guest_and_a_card_a_way_back(held, start):
    with pytest.raises(DomainError) as refused:
        start(held, guest=None)
    assert list(refused.value.fields) == ["guest"]


@pytest.mark.parametrize("provider", ["stripe", "manual"])
def test_what_the_property_has_switched_off_is_no_way_to_pay(inn, booked, start, provider):
    inn.plugin_settings.filter(plugin=provider, name="active").update(value="0")

    with pytest.raises(DomainError, match="payment_method_unavailable"):
        start(booked, provider)
    assert provider not in [one.provider for one in ways_to_pay(**access(booked))]


def test_an_enquiry_is_paid_once_it_is_approved(inn, held, start):
    settle(inn, requires_approval=True)

    with pytest.raises(DomainError, match="booking_state"):
        start(held)
    assert ways_to_pay(**access(held)) == []


def test_a_stranger_does_not_pay_for_a_booking(booked, start):
    booked.token_version = 1
    booked.save()

    with pytest.raises(DomainError, match="booking_not_found"):
        start(booked)


def test_what_is_let_go_is_paid_by_nobody(held, start, stripe, work):
    start(held)
    visitor_cancel(**access(held))

    assert state() == "failed"
    work("checkout_close")
    assert stripe.session["status"] == "expired"
    with pytest.raises(DomainError, match="hold_expired"):
        start(held)


def test_what_is_cancelled_is_paid_by_nobody(booked, start, stripe, work, by):
    start(booked)
    booking_cancel(booking_id=booked.pk, property_id=booked.property_id, by=by)

    work("checkout_close")

    assert stripe.session["status"] == "expired"
    with pytest.raises(DomainError, match="nothing_to_pay"):
        start(booked)


class TestTransfer:
    def test_staff_record_the_money_and_the_booking_is_confirmed(self, booked, start, by):
        shown = start(booked, "manual")
        assert (shown.instructions, shown.checkout_url) == ("IBAN AT61 1904", "")
        assert shown.attempt.state == "open"

        payment_record(
            property_id=booked.property_id,
            booking_id=booked.pk,
            amount=Decimal(180),
            method="bank_transfer",
            by=by,
        )

        booked.refresh_from_db()
        assert booked.state == "confirmed"
        assert state() == "paid"

    def test_rooms_that_are_only_held_do_not_wait_for_it(self, held, start):
        with pytest.raises(DomainError, match="booking_state"):
            start(held, "manual")

    def test_it_ends_as_any_unpaid_booking(self, booked, start):
        before = booked.pay_by
        start(booked, "manual")
        booked.refresh_from_db()
        assert booked.pay_by == before

        Booking.objects.update(pay_by=timezone.now())
        assert unpaid_expire() == 1
        assert state() == "failed"

    def test_another_way_takes_its_place(self, booked, start, stripe, work):
        start(booked)
        start(booked, "manual")

        assert list(PaymentAttempt.objects.values_list("state", flat=True)) == ["failed", "open"]
        work("checkout_close")
        assert stripe.session["status"] == "expired"

    def test_a_payment_at_the_desk_ends_the_checkout(self, booked, start, stripe, work, by):
        start(booked)
        payment_record(
            property_id=booked.property_id,
            booking_id=booked.pk,
            amount=Decimal(360),
            method="cash",
            by=by,
        )

        work("checkout_close")
        assert stripe.session["status"] == "expired"


def test_ways_to_pay(held, booked):
    found = ways_to_pay(**access(booked))

    assert [(one.provider, one.amount, one.instructions) for one in found] == [
        ("stripe", 180, ""),
        ("manual", 180, "IBAN AT61 1904"),
    ]


def test_events_tell_of_money_and_of_nobody(held, start, stripe, tell):
    start(held)
    stripe.pay()
    Event.objects.all().delete()

    tell()

    kinds = list(Event.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["booking_added", "guest_saved", "payment_received"]
