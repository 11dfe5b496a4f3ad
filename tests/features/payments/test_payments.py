"""Paying over HTTP: ways, checkout, notice, state; without an account."""

from __future__ import annotations

import sys
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from bookyflow.billing.models import Payment
from bookyflow.guests.models import Guest
from bookyflow.guests.services import guest_save
from bookyflow.payments.models import PaymentAttempt
from bookyflow.reservations.models import Booking, Hold
from bookyflow.tariffs.models import Coupon
from tests.domain.reservations.conftest import GRACE, settle
from tests.examples import example
from tests.features.booking.conftest import GUEST, data, secret, told
from tests.features.payments.conftest import API

pytestmark = pytest.mark.django_db

OWN = ("reference", "expires_at")
FOR = {"guest": GUEST}


@pytest.fixture
def read(anonymous):
    def get(found, path=""):
        return anonymous.get(f"{API}/{found['reference']}{path}", **secret(found))

    return get


def without(answer, *names):
    return {name: value for name, value in answer.items() if name not in names}


def test_the_ways_to_pay(booked, read):
    assert data(read(booked, "/methods")) == example("payments.list_methods").answer


def test_what_is_held_waits_for_no_transfer(held, read):
    assert [one["provider"] for one in data(read(held, "/methods"))] == ["stripe"]


def test_the_ways_to_pay_are_told_in_the_guests_language(anonymous, booked, foreign_language):
    answer = anonymous.get(
        f"{API}/{booked['reference']}/methods",
        HTTP_ACCEPT_LANGUAGE=foreign_language,
        **secret(booked),
    )

    assert "Card" not in [one["title"] for one in data(answer)]


def test_a_guest_pays_by_card_and_has_the_booking(held, start, stripe, tell, read):
    shown = example("payments.start")
    began = data(start(held, shown.request), 201)
    assert without(began, *OWN) == without(shown.answer, *OWN)
    assert began["reference"] == held["reference"]

    stripe.pay()
    assert data(tell()) is example("payments.take_notice").answer

    assert without(data(read(held)), *OWN) == without(example("payments.read").answer, *OWN)
    booking = Booking.objects.get()
    assert (booking.state, booking.number) == ("confirmed", held["reference"])
    assert (booking.remarks, booking.paid) == ("We come late.", Decimal(180))


def test_staff_record_a_transfer_at_the_desk(client_for, inn, booked, start, read):
    began = data(start(booked, {"provider": "manual"}), 201)
    assert began["instructions"] == "IBAN AT61 1904"
    assert (began["checkout_url"], began["expires_at"]) == ("", None)

    pk = Booking.objects.get().pk
    paid = client_for("desk_set").post(
        f"/bookyflow/api/desk/{inn.pk}/bookings/{pk}/payments",
        {"amount": "180.00", "method": "bank_transfer"},
    )

    assert paid.status_code in {200, 201}
    assert Booking.objects.get().state == "confirmed"
    assert data(read(booked))["payment_status"] == "paid"


def test_a_repeated_call_has_one_payment(held, start, stripe):
    first = start(held, FOR, HTTP_IDEMPOTENCY_KEY="one-tap")
    again = start(held, FOR, HTTP_IDEMPOTENCY_KEY="one-tap")
    third = start(held, FOR)

    assert first.json() == again.json() == third.json()
    assert len(stripe.sessions) == 1


def test_a_dry_run_leaves_nothing_and_asks_nobody(held, start, stripe):
    began = data(start(held, FOR, HTTP_X_BOOKYFLOW_DRY_RUN="1"), 201)

    assert (began["payment_status"], began["checkout_url"]) == ("new", "")
    assert not PaymentAttempt.objects.exists()
    assert stripe.asked == []


class TestRefusals:
    @pytest.mark.parametrize("path", ["", "/methods"])
    def test_a_wrong_token_is_an_unknown_booking(self, held, booked, anonymous, path, start):
        other = {"reference": "0000000001", "token": booked["token"]}
        for found in (other, booked | {"token": "0.x"}):
            answer = anonymous.get(f"{API}/{found['reference']}{path}", **secret(found))
            assert told(answer) == (404, "booking_not_found")
            assert told(start(found, FOR)) == (404, "booking_not_found")

    def test_the_token_is_needed(self, anonymous, held):
        answer = anonymous.get(f"{API}/{held['reference']}")

        assert told(answer) == (400, "validation_failed")
        assert list(answer.json()["fields"]) == ["X-BOOKYFLOW-booking-token"]

    def test_nothing_was_begun(self, held, read):
        assert told(read(held)) == (404, "payment_not_found")

    def test_what_makes_no_sense(self, held, start):
        back = "https://guests.example/"
        for also, field in (
            ({"provider": "paypal"}, "provider"),
            ({"return_url": "javascript:alert(1)"}, "return_url"),
            ({"return_url": "ftp://guests.example/"}, "return_url"),
            ({"return_url": f"{back}{{CHECKOUT_SESSION_ID}}"}, "return_url"),
            ({"return_url": back + "x" * 500}, "return_url"),
            ({"guest": {}}, "guest"),
            ({"remarks": 7}, "remarks"),
        ):
            answer = start(held, FOR | also)

            assert told(answer) == (400, "validation_failed")
            assert list(answer.json()["fields"]) == [field]

    def test_what_is_needed(self, anonymous, held):
        body = {"provider": "stripe", "return_url": "https://guests.example/"} | FOR
        for field in ("guest", "return_url"):
            less = {name: value for name, value in body.items() if name != field}
            answer = anonymous.post(f"{API}/{held['reference']}", less, **secret(held))

            assert told(answer) == (400, "validation_failed")
            assert list(answer.json()["fields"]) == [field]

    def test_a_transfer_for_what_is_held(self, held, start):
        assert told(start(held, {"provider": "manual"} | FOR)) == (409, "booking_state")

    def test_a_hold_that_has_ended(self, held, start):
        Hold.objects.update(expires_at=timezone.now())

        assert told(start(held, FOR)) == (409, "hold_expired")

    def test_a_way_that_is_switched_off(self, inn, held, start):
        inn.plugin_settings.all().delete()

        assert told(start(held, FOR)) == (409, "payment_method_unavailable")

    def test_a_booking_that_owes_nothing(self, booked, start):
        Booking.objects.update(paid=360, pay_by=None)

        assert told(start(booked)) == (409, "nothing_to_pay")

    def test_time_that_is_over(self, held, start):
        now = timezone.now()
        soon, long_ago = now + timedelta(minutes=5), now - timedelta(hours=2)
        Hold.objects.update(created_at=long_ago, expires_at=soon)

        assert told(start(held, FOR)) == (409, "payment_time_over")

    def test_a_guest_of_whom_something_is_missing(self, held, start):
        guest = {"surname": "Hopper", "email": "grace@guest.example"}
        answer = start(held, {"guest": guest})

        assert told(answer) == (400, "guest_fields_missing")
        assert "tel_mobile" in answer.json()["fields"]["guest"]

    def test_a_guest_who_is_not_wanted(self, inn, held, start):
        guest_save(property_id=inn.pk, details=GRACE, trusted=True)
        Guest.objects.update(blacklisted=True)

        assert told(start(held, FOR)) == (409, "no_room_available")

    def test_a_coupon_that_the_guest_has_used_up(self, inn, held, start, booked_with):
        booked_with()

        assert told(start(held, FOR)) == (409, "coupon_invalid")

    @pytest.fixture
    def booked_with(self, inn, held):
        """The guest has had a booking with the coupon that the hold has as well."""

        def make():
            coupon = Coupon.objects.create(
                property=inn, code="ONCE", amount=Decimal(10), max_uses_per_guest=1
            )
            saved = guest_save(property_id=inn.pk, details=GRACE, trusted=True)
            hold = Hold.objects.get()
            hold.quote = hold.quote | {"coupon": coupon.pk}
            hold.save()
            Booking.objects.create(
                property=inn,
                number="1",
                state="confirmed",
                guest_id=saved.id,
                coupon=coupon,
                currency="EUR",
                arrival=hold.arrival,
                departure=hold.departure,
                departs_on=hold.departure,
            )

        return make

    def test_an_enquiry(self, inn, held, start):
        settle(inn, requires_approval=True)

        assert told(start(held, FOR)) == (409, "booking_state")

    def test_stripe_refuses(self, held, start, stripe):
        stripe.refusal = "amount_too_small"

        answer = start(held, FOR)

        assert told(answer) == (409, "payment_refused")
        assert "acct_1" not in answer.content.decode()

    def test_stripe_is_down(self, held, start, stripe):
        stripe.down = True

        answer = start(held, FOR)

        assert told(answer) == (503, "payment_provider_unavailable")
        assert int(answer["Retry-After"]) > 0

        stripe.down = False
        assert start(held, FOR).status_code == 201


class TestNotices:
    @pytest.fixture
    def paid(self, held, start, stripe):
        start(held, FOR)
        return stripe.pay()

    def test_the_same_one_again_changes_nothing(self, stripe, paid, tell):
        body = stripe.event("checkout.session.completed", paid)

        assert [tell(body).status_code for _ in range(3)] == [200] * 3
        assert Payment.objects.count() == 1

    @pytest.mark.parametrize("header", ["", "t=1,v1=00"])
    def test_a_wrong_signature(self, paid, tell, header):
        answer = tell(header=header)

        assert told(answer) == (400, "notice_invalid")
        assert not Payment.objects.exists()

    def test_another_property_tells_nothing(self, paid, tell, inn):
        assert told(tell(prop=inn.pk + 1)) == (400, "notice_invalid")
        wrong = tell(header="t=1,v1=00").json()
        unknown = tell(prop=inn.pk + 1).json()
        assert wrong["detail"] == unknown["detail"]

    def test_one_that_is_too_large(self, paid, tell):
        answer = tell(b" " * 65_537)

        assert told(answer) == (413, "payload_too_large")

    def test_the_library_is_missing(self, paid, tell, monkeypatch):
        monkeypatch.setitem(sys.modules, "stripe", None)

        assert told(tell()) == (503, "payment_provider_unavailable")
        monkeypatch.undo()
        assert tell().status_code == 200

    def test_what_does_not_concern_us_is_taken(self, stripe, paid, tell):
        assert data(tell(stripe.event("customer.created", {"id": "cus_1"}))) is True


@pytest.mark.parametrize("path", ["", "/methods"])
def test_a_read_asks_little(booked, start, read, path, django_assert_max_num_queries):
    start(booked)

    with django_assert_max_num_queries(6):
        assert read(booked, path).status_code == 200
