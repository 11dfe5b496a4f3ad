from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.test import Client

from bookyflow.accounts.models import AccessLevel
from bookyflow.billing.invoicing import invoice_issue
from bookyflow.billing.payments import payment_record
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import Stay
from bookyflow.properties.models import Property
from tests.accounts.conftest import make_user
from tests.conftest import make_hotel
from tests.domain.conftest import book, stay


@pytest.fixture
def house(manager) -> Property:
    """A hotel of the manager with rooms."""
    return make_hotel(manager, name="Quay House")


@pytest.fixture
def invoice(house):
    when: Stay = stay(3, 2)
    booking = book(house, when, price="200.00")
    facts = {"property_id": house.pk, "booking_id": booking.pk, "by": SYSTEM}
    payment_record(amount=Decimal(60), method="card", reference="T-1", **facts)
    return invoice_issue(**facts)


def test_staff_of_the_property_see_the_invoice(signed_in, invoice):
    answer = signed_in.get(f"/bookyflow/invoices/{invoice.pk}/print")

    page = answer.content.decode()
    assert answer.status_code == 200
    for text in ("Quay House", "Ada Lovelace", invoice.number, "€200.00", "€140.00", "T-1"):
        assert text in page
    assert "no-store" in answer["Cache-Control"]


def test_only_the_style_of_the_page_is_let_through(signed_in, invoice):
    answer = signed_in.get(f"/bookyflow/invoices/{invoice.pk}/print")

    policy = answer["Content-Security-Policy"]
    assert re.search(r"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='", policy)
    assert "unsafe" not in policy


def test_a_receptionist_of_the_property_sees_it(house, invoice):
    desk = make_user("desk", AccessLevel.RECEPTIONIST)
    client = Client()
    client.force_login(desk)
    assert client.get(f"/bookyflow/invoices/{invoice.pk}/print").status_code == 404

    house.staff.create(user=desk)

    assert client.get(f"/bookyflow/invoices/{invoice.pk}/print").status_code == 200


def test_others_find_nothing(invoice, other_manager):
    client = Client()
    client.force_login(other_manager)

    answer = client.get(f"/bookyflow/invoices/{invoice.pk}/print")

    assert answer.status_code == 404
    assert b"Lovelace" not in answer.content


def test_visitors_are_asked_to_sign_in(visitor, invoice):
    answer = visitor.get(f"/bookyflow/invoices/{invoice.pk}/print")

    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/bookyflow/sign-in?next=/bookyflow/invoices/{invoice.pk}/print",
    )


def test_the_page_is_only_read(signed_in, invoice):
    assert signed_in.post(f"/bookyflow/invoices/{invoice.pk}/print").status_code == 405
