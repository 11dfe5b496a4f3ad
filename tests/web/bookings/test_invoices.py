"""Invoices in a list and one by one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookyflow.billing.invoicing import invoice_issue
from bookyflow.properties.models import PropertySettings
from tests.domain.billing.einvoices import profile_left_open
from tests.web.bookings.conftest import make_booking


@pytest.fixture
def invoice(house, booking, actor):
    return invoice_issue(property_id=house.pk, booking_id=booking.pk, by=actor)


def numbers(client, url, **asked) -> list[str]:
    return [one.number for one in client.get(f"{url}/invoices", asked).context["listed"]]


def test_invoices_are_listed_and_found(desk, url, invoice, booking):
    day = invoice.issue_date.isoformat()
    assert numbers(desk, url) == [invoice.number]
    assert numbers(desk, url, number=invoice.number) == [invoice.number]
    assert numbers(desk, url, number=booking.number) == [invoice.number]
    assert numbers(desk, url, number="0") == []
    assert numbers(desk, url, state="0", first=day, last=day) == [invoice.number]
    assert numbers(desk, url, state="1") == []
    assert numbers(desk, url, first="2199-12-31") == []
    for fault in ("state=9", "first=soon", "last=2026-13-01", "first=2200-01-01"):
        assert desk.get(f"{url}/invoices?{fault}").status_code == 400


def test_no_invoices_yet(desk, url):
    assert "No invoices yet" in desk.get(f"{url}/invoices").content.decode()
    assert "Nothing found" in desk.get(f"{url}/invoices?number=1").content.decode()


def test_an_invoice_is_cancelled_once(signed_in, url, invoice, house):
    page = f"{url}/invoices/{invoice.pk}"
    assert "€240.00" in signed_in.get(page).content.decode()
    assert "next number" in signed_in.get(f"{page}/cancel").content.decode()
    note = signed_in.post(f"{page}/cancel", follow=True).content.decode()
    assert "-€240.00" in note
    assert "Credit note" in note
    signed_in.post(f"{page}/cancel")
    assert sorted(one.gross for one in house.invoices.all()) == [-240, 240]
    refused = signed_in.post(
        f"{url}/invoices/{house.invoices.latest('sequence').pk}/cancel", follow=True
    )
    assert "alert-danger" in refused.content.decode()


def test_an_invoice_as_pdf(desk, url, invoice):
    answer = desk.get(f"{url}/invoices/{invoice.pk}/pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert "attachment" in answer["Content-Disposition"]


@profile_left_open
@pytest.mark.parametrize(
    ("path", "begin", "name"),
    [("facturx", b"%PDF-", ".pdf"), ("xml", b"<?xml", ".xml")],
)
def test_an_einvoice_is_downloaded(desk, url, house, booking, actor, path, begin, name):
    pytest.importorskip("facturx")
    PropertySettings.objects.filter(property=house).update(
        business_name="Hill House Ltd",
        business_street="Elm Road",
        business_town="Torquay",
        business_country="GB",
        vat_number="GB123456789",
    )
    booking.lead_guest = {**booking.lead_guest, "country": "GB"}
    booking.save()
    made = invoice_issue(property_id=house.pk, booking_id=booking.pk, by=actor)

    assert f"{made.pk}/{path}" in desk.get(f"{url}/invoices/{made.pk}").content.decode()
    answer = desk.get(f"{url}/invoices/{made.pk}/{path}")

    assert answer.content.startswith(begin)
    assert answer["Content-Disposition"].endswith(f'{name}"')


def test_the_page_tells_what_an_einvoice_lacks(desk, url, invoice):
    pytest.importorskip("facturx")

    page = desk.get(f"{url}/invoices/{invoice.pk}/xml", follow=True).content.decode()

    assert "VAT number is missing" in page
    assert "take it back and issue it again" in page


def test_the_list_asks_the_database_the_same_for_every_length(desk, url, house, invoice, actor):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            desk.get(f"{url}/invoices")
        return len(found)

    desk.get(f"{url}/invoices")  # the session remembers the house from then on
    before = queries()
    for start in range(10, 30, 2):
        made = make_booking(house, actor, start=start)
        invoice_issue(property_id=house.pk, booking_id=made.pk, by=actor)
    assert queries() == before
