"""Invoices of the desk: issued, read as data, page and PDF, and taken back."""

from __future__ import annotations

import logging
import sys

import pytest
from django.core import checks
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookyflow.billing import pdf
from bookyflow.billing.models import Invoice, InvoiceCounter
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.models import Booking
from bookyflow.tariffs.models import TaxRate
from tests.conftest import make_hotel
from tests.domain.billing.einvoices import profile_left_open
from tests.examples import as_shown, example
from tests.features.desk.conftest import API, EVERYTHING, OWN, at, data, told

pytestmark = pytest.mark.django_db

NOWHERE = 10**15
INVOICES = f"{EVERYTHING} invoices_get invoices_set"
MORE = (*OWN, "issued_at", "paid_at", "corrects_uid", "cancelled_by_uid")
needs_pango = pytest.mark.skipif(bool(pdf.pdf_fault()), reason=f"no PDF here: {pdf.pdf_fault()}")


@pytest.fixture
def office(client_for, manager):
    """Somebody who may issue invoices, and do all that the desk may."""
    return client_for(INVOICES, user=manager)


@pytest.fixture
def issued(office, shown_booking):
    """An invoice over 408, of which 100 are paid."""
    TaxRate.objects.exclude(code="R10").delete()
    office.post(at(shown_booking, "payments"), {"amount": "100", "method": "card"})
    return data(office.post(at(shown_booking, "invoices")), 201)


def of(issued, hotel, path=""):
    """The address of what belongs to an invoice."""
    return f"{API}/{hotel.pk}/invoices/{issued['invoice_uid']}/{path}".rstrip("/")


def like(answer, action):
    shown = example(f"desk.{action}").answer
    assert as_shown(answer, shown, *MORE) == shown
    return answer


def test_an_invoice_is_issued_and_read(office, hotel, shown_booking, issued):
    like(issued, "issue_invoice")
    assert like(data(office.get(of(issued, hotel))), "read_invoice") == issued
    (one,) = like(data(office.get(at(shown_booking, "invoices"))), "list_invoices")
    booking = data(office.get(at(shown_booking)))
    assert (booking["invoices"], booking["lines"][0]["is_billed"]) == ([one], True)


def test_both_sides_are_told_whole(office, hotel, booked):
    side = {
        "house": "16",
        "street": "Elm Road",
        "town": "Torquay",
        "region": "GB-TOB",
        "postcode": "TQ1 1AA",
        "country": "GB",
    }
    seller = {"name": "Hill House Ltd", **side, "phone": "+44 1803 1", "email": "a@inn.example"}
    PropertySettings.objects.filter(property=hotel).update(
        vat_number="GB980780684", **{f"business_{name}": value for name, value in seller.items()}
    )
    guest = {"firstname": "Grace", "surname": "Hopper", "email": "grace@guest.example"}
    called = {"tel_landline": "+44 1803 2", "tel_mobile": ""}
    office.put(at(booked, "guest"), guest | side | called)
    entry = f"/bookyflow/api/guests/{hotel.pk}/{booked['guests_uid']}"
    office.put(entry, guest | {"vat_number": "GB000472631"})

    assert data(office.get(at(booked, "guest"))) == guest | side | called
    assert data(office.get(at(booked)))["guest"] == guest | side | called
    sheet = data(office.post(at(booked, "invoices")), 201)
    assert sheet["seller"] == seller | {"vat_number": "GB980780684"}
    buyer = {"name": "Grace Hopper", **side, "phone": "+44 1803 2", "email": guest["email"]}
    assert sheet["buyer"] == buyer | {"vat_number": "GB000472631"}


def test_an_invoice_is_paid(office, hotel, shown_booking, issued):
    office.post(at(shown_booking, "payments"), {"amount": "308", "method": "cash"})

    paid = data(office.get(of(issued, hotel)))
    assert (paid["status"], paid["outstanding"]) == ("paid", "0.00")


def test_an_invoice_is_taken_back_once(office, hotel, issued):
    answers = [data(office.put(of(issued, hotel, "cancellation"))) for _ in range(2)]

    like(answers[0], "cancel_invoice")
    assert answers[0] == answers[1]
    cancelled = data(office.get(of(issued, hotel)))
    assert (cancelled["status"], cancelled["cancelled_by_uid"]) == (
        "cancelled",
        answers[0]["invoice_uid"],
    )
    note = of(answers[0], hotel, "cancellation")
    assert told(office.put(note)) == (409, "invoice_state")


def test_there_is_nothing_more_to_bill(office, shown_booking, issued):
    assert told(office.post(at(shown_booking, "invoices"))) == (409, "nothing_to_bill")


def test_a_charge_on_an_invoice_is_taken_back_by_a_line(office, shown_booking):
    charge = example("desk.add_charge").request
    line = data(office.post(at(shown_booking, "charges"), charge), 201)
    office.post(at(shown_booking, "invoices"))

    left = data(office.delete(at(shown_booking, f"charges/{line['line_uid']}")))

    assert left["total"] == "408.00"
    assert left["lines"][-1]["reverses_uid"] == line["line_uid"]
    note = data(office.post(at(shown_booking, "invoices")), 201)
    assert (note["kind"], note["gross"]) == ("credit_note", "-30.00")


def test_an_enquiry_is_not_invoiced(office, shown_booking):
    Booking.objects.update(state="enquiry")

    assert told(office.post(at(shown_booking, "invoices"))) == (409, "booking_state")


def test_two_invoices_of_one_number(office, book, issued):
    """The pattern is another one since, and gives a number that there has been."""
    assert issued["invoice_number"] == "1001"
    PropertySettings.objects.update(numbers_invoices_by_pattern=True, invoice_pattern="{N}1")
    InvoiceCounter.objects.update(last=99)
    other = book(adults=1)

    assert told(office.post(at(other, "invoices"))) == (409, "invoice_number_taken")


def test_no_such_invoice(office, hotel, manager, issued):
    other = make_hotel(manager, name="Hill House")
    for address in (f"{API}/{hotel.pk}/invoices/{NOWHERE}", of(issued, other)):
        for path in ("", "/html", "/pdf", "/xml", "/facturx"):
            assert told(office.get(address + path)) == (404, "invoice_not_found")
        assert told(office.put(f"{address}/cancellation")) == (404, "invoice_not_found")
    nowhere = f"{API}/{hotel.pk}/bookings/{NOWHERE}/invoices"
    for answer in (office.get(nowhere), office.post(nowhere)):
        assert told(answer) == (404, "booking_not_found")


def test_a_receptionist_issues_none(client_for, receptionist, hotel, shown_booking, issued):
    desk = client_for(INVOICES, user=receptionist)

    assert told(desk.post(at(shown_booking, "invoices"))) == (403, "scope_missing")
    assert told(desk.put(of(issued, hotel, "cancellation"))) == (403, "scope_missing")
    assert data(desk.get(of(issued, hotel))) == issued


def test_who_buys_is_personal(client_for, manager, hotel, issued):
    reader = client_for("invoices_get", user=manager)

    assert data(reader.get(of(issued, hotel))) == issued | {"buyer": None}
    for path in ("html", "pdf", "xml", "facturx"):
        assert told(reader.get(of(issued, hotel, path))) == (403, "scope_missing")


def test_the_page_stands_alone(office, hotel, issued):
    page = office.get(of(issued, hotel, "html"))

    assert page["Content-Type"] == "text/html; charset=utf-8"
    assert page["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "Invoice 1001" in page.content.decode()
    assert "Grace Hopper" in page.content.decode()
    known = office.get(of(issued, hotel, "html"), HTTP_IF_NONE_MATCH=page["ETag"])
    assert known.status_code == 304


@needs_pango
def test_the_pdf(office, hotel, issued, caplog):
    caplog.set_level(logging.ERROR, "weasyprint")

    answer = office.get(of(issued, hotel, "pdf"))

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert answer.content.rstrip().endswith(b"%%EOF")
    assert caplog.records == []
    assert answer.content == office.get(of(issued, hotel, "pdf")).content
    assert pdf.pdf_can_be_made(None) == []


@needs_pango
def test_nothing_is_fetched_for_a_pdf(monkeypatch, issued):
    fetched = '<link rel="stylesheet" href="file:///etc/hostname"><img src="http://127.0.0.1:9/x">'
    monkeypatch.setattr(pdf, "invoice_html", lambda _: f"<p>Invoice</p>{fetched}")
    opened = []
    monkeypatch.setattr(
        "urllib.request.OpenerDirector.open", lambda *_, **__: opened.append("something")
    )

    assert pdf.invoice_pdf(Invoice.objects.get()).startswith(b"%PDF-")
    assert opened == []


@pytest.fixture
def complete(hotel):
    """What an e-invoice needs of the seller; the buyer of the examples has all."""
    side = {"name": "Hill House Ltd", "street": "Elm Road", "town": "Torquay", "country": "GB"}
    PropertySettings.objects.filter(property=hotel).update(
        vat_number="GB123456789", **{f"business_{name}": value for name, value in side.items()}
    )


def test_an_einvoice(complete, office, hotel, issued):
    pytest.importorskip("facturx")

    xml = office.get(of(issued, hotel, "xml"))

    assert (xml.status_code, xml["Content-Type"]) == (200, "application/xml")
    assert xml.content.startswith(example("desk.read_invoice_xml").answer.rstrip("…").encode())
    assert b"<ram:ID>1001</ram:ID>" in xml.content
    known = office.get(of(issued, hotel, "xml"), HTTP_IF_NONE_MATCH=xml["ETag"])
    assert known.status_code == 304


@profile_left_open
@needs_pango
def test_an_einvoice_in_a_pdf(complete, office, hotel, issued):
    facturx = pytest.importorskip("facturx")

    answer = office.get(of(issued, hotel, "facturx"))

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    xml = office.get(of(issued, hotel, "xml")).content
    assert facturx.get_xml_from_pdf(answer.content) == ("factur-x.xml", xml)


def test_what_an_einvoice_lacks_is_named(office, hotel, issued):
    pytest.importorskip("facturx")
    for path in ("xml", "facturx"):
        answer = office.get(of(issued, hotel, path))
        assert told(answer) == (409, "einvoice_refused")
        assert list(answer.json()["fields"]) == ["seller.vat_number", "seller.street"]


@pytest.mark.parametrize("path", ["xml", "facturx"])
def test_a_site_that_makes_no_einvoices(office, hotel, issued, monkeypatch, path):
    monkeypatch.setitem(sys.modules, "facturx", None)

    assert told(office.get(of(issued, hotel, path))) == (503, "einvoice_unavailable")


class NoPango:
    """A machine without the library: loading WeasyPrint ends as it does there."""

    def find_spec(self, name, path=None, target=None):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'\nAnd many words more.")


@pytest.mark.parametrize("missing", ["the library", "the package"])
def test_a_site_that_cannot_make_pdfs(complete, office, hotel, issued, monkeypatch, missing):
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    if missing == "the package":
        monkeypatch.setitem(sys.modules, "weasyprint", None)
    else:
        monkeypatch.setattr(sys, "meta_path", [NoPango(), *sys.meta_path])

    for path in ("pdf", "facturx"):
        assert told(office.get(of(issued, hotel, path))) == (503, "pdf_unavailable")
    (warning,) = pdf.pdf_can_be_made(None)
    assert (warning.id, warning.level) == ("billing.W001", checks.WARNING)
    assert "\n" not in warning.msg


def test_the_check_is_one_of_a_deployment():
    assert pdf.pdf_can_be_made in checks.registry.registry.get_checks(
        include_deployment_checks=True
    )
    assert pdf.pdf_can_be_made not in checks.registry.registry.get_checks()


@pytest.mark.parametrize(("path", "most"), [("", 4), ("html", 5)])
def test_an_invoice_takes_few_statements(office, hotel, shown_booking, path, most):
    def statements(issued):
        with CaptureQueriesContext(connection) as queries:
            assert office.get(of(issued, hotel, path)).status_code == 200
        return len(queries)

    charge = example("desk.add_charge").request
    one = data(office.post(at(shown_booking, "invoices")), 201)
    few = statements(one)
    for _ in range(20):
        office.post(at(shown_booking, "charges"), charge)
    many = data(office.post(at(shown_booking, "invoices")), 201)

    assert (len(many["lines"]), few) == (20, most)
    assert statements(many) == few
