"""Who may see and do what on the pages of bookings, guests, invoices and messages."""

from __future__ import annotations

import pytest
from django.test import Client

from bookyflow.billing.invoicing import invoice_issue
from bookyflow.messaging.services import Beginning, Words, conversation_start
from bookyflow.properties.selectors import Reach
from tests.web.bookings.conftest import make_house

PAGES = (
    "bookings",
    "bookings/new",
    "bookings/{booking}",
    "bookings/{booking}/cancel",
    "bookings/{booking}/no-show",
    "bookings/{booking}/early",
    "bookings/{booking}/reject",
    "bookings/{booking}/change",
    "bookings/{booking}/move",
    "bookings/{booking}/guest",
    "guests",
    "guests/new",
    "guests/{guest}",
    "guests/{guest}/edit",
    "guests/{guest}/export",
    "guests/{guest}/merge",
    "guests/{guest}/forget",
    "invoices",
    "invoices/{invoice}",
    "invoices/{invoice}/pdf",
    "messages",
    "messages/{conversation}",
)
# Which their staff get of invoices that have all that it takes (test_invoices.py).
EINVOICES = ("invoices/{invoice}/facturx", "invoices/{invoice}/xml")
DEEDS = (
    ("bookings/{booking}/step", {"step": "check_in"}),
    ("bookings/{booking}/notes", {"note": "Late."}),
    ("bookings/{booking}/charges", {"service_description": "Wine", "service_value": "9"}),
    ("bookings/{booking}/payments", {"amount": "10", "method": "cash"}),
    ("bookings/{booking}/refunds", {"amount": "10", "method": "cash"}),
    ("bookings/{booking}/security/held", {}),
    ("bookings/{booking}/messages", {"body": "Hello"}),
    ("bookings/{booking}/cancel", {}),
    ("guests/{guest}/blacklist", {"blacklisted": "yes"}),
    ("guests/{guest}/forget", {}),
)


@pytest.fixture
def ids(house, booking, actor, manager):
    """What the paths name."""
    invoice = invoice_issue(property_id=house.pk, booking_id=booking.pk, by=actor)
    reach = Reach(manager.pk, manager.access_level, 0, all_properties=True, is_test=False)
    words = Beginning(house.pk, Words("Welcome!"), booking_id=booking.pk)
    begun = conversation_start(beginning=words, reach=reach, by=actor)
    return {
        "booking": booking.pk,
        "guest": booking.guest_id,
        "invoice": invoice.pk,
        "conversation": begun.conversation_id,
    }


def test_staff_of_the_house_see_every_page(signed_in, desk, url, ids):
    for path in PAGES:
        for client in (signed_in, desk):
            answer = client.get(f"{url}/{path.format(**ids)}")
            assert answer.status_code == 200, path
            assert "no-store" in answer["Cache-Control"]


def test_visitors_are_asked_to_sign_in(url, ids):
    for path in PAGES + EINVOICES:
        answer = Client().get(f"{url}/{path.format(**ids)}")
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (
            302,
            "/bookyflow/sign-in",
        )


def test_strangers_find_nothing(stranger, url, ids, booking):
    for path in PAGES + EINVOICES:
        answer = stranger.get(f"{url}/{path.format(**ids)}")
        assert answer.status_code == 404, path
        assert b"Lovelace" not in answer.content
    for path, sent in DEEDS:
        assert stranger.post(f"{url}/{path.format(**ids)}", sent).status_code == 404, path

    booking.refresh_from_db()
    assert (booking.state, booking.paid, booking.notes.count()) == ("confirmed", 0, 0)


def test_what_is_of_another_house_is_not_here(signed_in, house, ids, manager):

    other = make_house(manager)
    for path in PAGES + EINVOICES:
        if "{" in path:
            answer = signed_in.get(f"/bookyflow/p/{other.pk}/{path.format(**ids)}")
            assert answer.status_code == 404, path
    for path, sent in DEEDS:
        answer = signed_in.post(f"/bookyflow/p/{other.pk}/{path.format(**ids)}", sent)
        assert answer.status_code == 404, path


def test_invoices_are_issued_and_cancelled_by_managers(desk, signed_in, url, at, ids, house):
    cancel = f"{url}/invoices/{ids['invoice']}/cancel"
    assert desk.get(cancel).status_code == 403
    assert desk.post(cancel).status_code == 403
    assert desk.post(f"{at}/invoice").status_code == 403
    assert b"/cancel" not in desk.get(f"{url}/invoices/{ids['invoice']}").content
    assert house.invoices.count() == 1

    assert signed_in.get(cancel).status_code == 200
    assert signed_in.post(cancel).status_code == 302
    assert house.invoices.count() == 2


def test_huge_ids_are_not_there(signed_in, url):
    for path in ("bookings", "guests", "invoices", "messages"):
        assert signed_in.get(f"{url}/{path}/{10**30}").status_code == 404
        assert signed_in.get(f"{url}/{path}/0").status_code == 404
    assert signed_in.get(f"/bookyflow/p/{10**30}/bookings").status_code == 404
