"""What a guest is charged, pays, gets back and leaves as security, at the desk."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bookyflow.billing.models import Payment
from bookyflow.reservations.models import Booking
from tests.conftest import make_token
from tests.domain.conftest import at_once
from tests.domain.reservations.conftest import settle
from tests.examples import example
from tests.features.desk.conftest import API, EVERYTHING, at, data, like, told

pytestmark = pytest.mark.django_db

NOWHERE = 10**15
CHARGE, PAYMENT, REFUND, REVERSAL, DEPOSIT, SECURITY = (
    example(f"desk.{action}").request
    for action in (
        "add_charge",
        "record_payment",
        "record_refund",
        "reverse_payment",
        "receive_deposit",
        "return_security",
    )
)


@pytest.fixture
def paid(desk, shown_booking):
    """A payment of 100 for a booking of 408."""
    return data(desk.post(at(shown_booking, "payments"), PAYMENT), 201)


def pay(desk, booked, path="payments", **changes):
    return desk.post(at(booked, path), PAYMENT | changes)


def test_a_charge_is_added_and_taken_back(desk, shown_booking):
    charge = like(data(desk.post(at(shown_booking, "charges"), CHARGE), 201), "add_charge")

    left = data(desk.delete(at(shown_booking, f"charges/{charge['line_uid']}")))
    like(left, "remove_charge")


def test_a_charge_that_is_there_no_more(desk, shown_booking):
    lines = [line["line_uid"] for line in shown_booking["lines"]]
    for uid in (*lines, NOWHERE):  # what belongs to the price is no charge
        refused = desk.delete(at(shown_booking, f"charges/{uid}"))
        assert told(refused) == (404, "service_not_found")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"description": ""}, "description"),
        ({"description": "x" * 256}, "description"),
        ({"price": "-1"}, "price"),
        ({"price": "1.005"}, "price"),
        ({"price": "999999999"}, "price"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": 1001}, "quantity"),
        ({"tax_rate": "101"}, "tax_rate"),
        ({"tax_rate": "x"}, "tax_rate"),
    ],
)
def test_a_charge_that_is_none(desk, booked, changes, field):
    refused = desk.post(at(booked, "charges"), CHARGE | changes)

    assert told(refused) == (400, "validation_failed")
    assert list(refused.json()["fields"]) == [field]


def test_money_comes_and_goes(desk, shown_booking, paid):
    like(paid, "record_payment")
    like(data(desk.post(at(shown_booking, "refunds"), REFUND), 201), "record_refund")

    entries = data(desk.get(at(shown_booking)))["payments"]
    assert [one["amount"] for one in entries] == ["100.00", "-20.00"]


def test_a_wrong_entry_is_taken_back_once(desk, shown_booking, paid):
    path = f"payments/{paid['payment_uid']}/reversal"
    reversal = like(data(desk.post(at(shown_booking, path), REVERSAL), 201), "reverse_payment")

    assert reversal["reverses_uid"] == paid["payment_uid"]
    entry, _ = data(desk.get(at(shown_booking)))["payments"]
    assert entry["reversed_by_uid"] == reversal["payment_uid"]
    assert told(desk.post(at(shown_booking, path))) == (409, "payment_already_reversed")


def test_what_is_given_back_cannot_be_taken_back(desk, shown_booking, paid):
    assert told(pay(desk, shown_booking, "refunds", amount="100.01")) == (
        409,
        "refund_exceeds_paid",
    )
    pay(desk, shown_booking, "refunds", amount="0.01")
    path = f"payments/{paid['payment_uid']}/reversal"

    assert told(desk.post(at(shown_booking, path))) == (409, "refund_exceeds_paid")


def test_payments_of_another_booking(desk, shown_booking, paid, book):
    other = book(adults=1)

    for uid in (paid["payment_uid"], NOWHERE):
        refused = desk.post(at(other, f"payments/{uid}/reversal"))
        assert told(refused) == (404, "payment_not_found")


@pytest.mark.parametrize("state", ["confirmed", "cancelled"])
def test_what_is_too_much_is_owed_to_the_guest(desk, shown_booking, state):
    if state == "cancelled":
        desk.put(at(shown_booking, "cancellation"), {"charge_fee": False})
    due = data(desk.get(at(shown_booking)))["balance"]

    paid = data(pay(desk, shown_booking, amount="500.00"), 201)

    assert Decimal(paid["booking"]["balance"]) == Decimal(due) - 500
    assert paid["booking"]["status"] == state


@pytest.mark.parametrize("path", ["payments", "refunds"])
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"amount": "1.005"}, "amount"),
        ({"amount": "1e3"}, "amount"),
        ({"amount": None}, "amount"),
        ({"method": "shells"}, "method"),
        ({"reference": "x" * 256}, "reference"),
    ],
)
def test_a_payment_that_is_none(desk, booked, path, changes, field):
    refused = pay(desk, booked, path, **changes)

    assert told(refused) == (400, "validation_failed")
    assert list(refused.json()["fields"]) == [field]


def test_references_are_personal(client_for, receptionist, shown_booking, paid):
    reader = client_for("bookings_get", user=receptionist)

    assert data(reader.get(at(shown_booking)))["payments"][0]["reference"] == ""


@pytest.fixture
def asks_for_deposits(inn):
    settle(inn, deposit_kind="percentage", deposit_value=20, security_deposit=Decimal(150))


def test_the_deposit_comes_in(desk, asks_for_deposits, shown_booking):
    assert shown_booking["status"] == "provisional"

    answers = [data(desk.put(at(shown_booking, "deposit"), DEPOSIT)) for _ in range(2)]

    assert answers[0] == answers[1]
    security = answers[0].pop("security_deposit")
    like(answers[0] | {"security_deposit": None}, "receive_deposit")
    assert security == {"amount": "150.00", "status": "due", "withheld": "0.00", "reason": ""}


def test_security_is_left_and_given_back(desk, inn, like_the_examples, book):
    settle(inn, security_deposit=Decimal(150))
    booked = book(**like_the_examples)
    assert told(desk.put(at(booked, "security_deposit/return"), {})) == (409, "booking_state")

    like(data(desk.put(at(booked, "security_deposit/receipt"))), "receive_security")
    assert told(desk.put(at(booked, "security_deposit/receipt"))) == (409, "booking_state")
    returned = data(desk.put(at(booked, "security_deposit/return"), SECURITY))
    like(returned, "return_security")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"withheld": "150.01", "reason": "x"}, "withheld"),
        ({"withheld": "1.005", "reason": "x"}, "withheld"),
        ({"withheld": "-1"}, "withheld"),
        ({"withheld": "10"}, "reason"),
    ],
)
def test_what_cannot_be_kept(desk, asks_for_deposits, booked, book, body, field):
    booked = book(adults=1)
    desk.put(at(booked, "security_deposit/receipt"))

    refused = desk.put(at(booked, "security_deposit/return"), body)

    assert told(refused) == (400, "validation_failed")
    assert list(refused.json()["fields"]) == [field]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("post", "charges", CHARGE),
        ("delete", "charges/1", None),
        ("post", "payments", PAYMENT),
        ("post", "refunds", PAYMENT),
        ("post", "payments/1/reversal", {}),
        ("put", "deposit", {}),
        ("put", "security_deposit/receipt", None),
        ("put", "security_deposit/return", {}),
    ],
)
def test_no_such_booking(desk, inn, method, path, body):
    key = "payment_not_found" if "reversal" in path else "booking_not_found"

    found = getattr(desk, method)(f"{API}/{inn.pk}/bookings/{NOWHERE}/{path}", body)

    assert told(found) == (404, key)


def test_what_is_over_is_charged_nothing_more(desk, booked):
    Booking.objects.update(state="rejected")

    assert told(desk.post(at(booked, "charges"), CHARGE)) == (409, "booking_state")


def test_an_enquiry_pays_nothing(desk, booked):
    Booking.objects.update(state="enquiry", deposit_required=10)

    assert told(pay(desk, booked)) == (409, "booking_state")
    assert told(desk.put(at(booked, "deposit"))) == (409, "booking_state")


def test_a_payment_that_is_sent_twice_counts_once(desk, shown_booking):
    answers = [
        desk.post(at(shown_booking, "payments"), PAYMENT, HTTP_IDEMPOTENCY_KEY="once")
        for _ in range(2)
    ]

    assert answers[0].json() == answers[1].json()
    assert Payment.objects.count() == 1


def test_a_retry_shows_nothing_to_a_token_that_may_see_less(desk, anonymous, shown_booking):
    call = (at(shown_booking, "payments"), PAYMENT)
    desk.post(*call, HTTP_IDEMPOTENCY_KEY="once")
    token = make_token(desk.key, "desk_set")

    answer = anonymous.post(
        *call, HTTP_IDEMPOTENCY_KEY="once", HTTP_AUTHORIZATION=f"Bearer {token}"
    )

    assert told(answer) == (422, "idempotency_key_reused")
    assert Payment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_payments_at_once_none_is_lost(client_for, receptionist, desk, booked):
    clients = [client_for(EVERYTHING, user=receptionist) for _ in range(4)]

    answers = at_once(4, lambda n: pay(clients[n], booked, amount="150.00").status_code)

    assert answers == [201] * 4
    assert Booking.objects.get().paid == 600
