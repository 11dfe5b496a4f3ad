"""E-invoices of bookings: who, what for, how much, and what keeps one from being made."""

from __future__ import annotations

import logging
import sys
from decimal import Decimal
from io import BytesIO

import pytest
from django.core import checks

from bookyflow.billing import einvoice, pdf
from bookyflow.billing.addresses import InvoiceAddress
from bookyflow.billing.desk import invoice_to_print
from bookyflow.billing.einvoice import invoice_facturx, invoice_xml
from bookyflow.billing.invoicing import invoice_cancel
from bookyflow.billing.models import Invoice
from bookyflow.core.errors import DomainError
from bookyflow.guests.models import Guest
from bookyflow.properties.models import PropertySettings
from tests.conftest import make_hotel
from tests.domain.billing.conftest import add, take_back
from tests.domain.billing.einvoices import Received, profile_left_open, reckon
from tests.domain.conftest import book, stay

pytestmark = pytest.mark.django_db
facturx = pytest.importorskip("facturx")
needs_pango = pytest.mark.skipif(bool(pdf.pdf_fault()), reason=f"no PDF here: {pdf.pdf_fault()}")

BUSINESS = {
    "business_name": "Pension Möwe GmbH",
    "business_house": "3",
    "business_street": "Hafenstraße",
    "business_town": "Kiel",
    "business_postcode": "24103",
    "business_country": "DE",
    "business_email": "post@moewe.example",
    "vat_number": "DE 999 999 999",
}


@pytest.fixture
def business(hotel):
    PropertySettings.objects.filter(property=hotel).update(**BUSINESS)
    return hotel


@pytest.fixture
def lead(business, booking):
    """The booking, of a guest with an address abroad."""
    booking.lead_guest = {**booking.lead_guest, "country": "FR", "town": "Lyon"}
    booking.save()
    return booking


def number_the_guest(number: str) -> None:
    guest = Guest.objects.get()
    guest.vat_number = number
    guest.save()


def xml_of(invoice: Invoice) -> bytes:
    return invoice_xml(printed(invoice))


def printed(invoice: Invoice) -> Invoice:
    return invoice_to_print(property_id=invoice.property_id, invoice_id=invoice.pk)


def problems(invoice: Invoice) -> dict[str, list[str]]:
    with pytest.raises(DomainError) as caught:
        xml_of(invoice)
    assert caught.value.key == "einvoice_refused"
    return caught.value.fields


def test_an_invoice_says_who_what_and_when(lead, issue, pay, time_machine):
    time_machine.move_to("2027-06-10T11:00:00Z")
    number_the_guest("fr99999999999")
    add(lead, "10.70", tax_rate=7)
    add(lead, "6.00", description="City tax")
    pay("60")

    issued = issue()
    xml = xml_of(issued)
    found = Received(xml)

    assert found.text("ram:GuidelineSpecifiedDocumentContextParameter/ram:ID") == (
        "urn:cen.eu:en16931:2017"
    )
    assert found.text("rsm:ExchangedDocument/ram:ID") == issued.number
    assert found.text("rsm:ExchangedDocument/ram:TypeCode") == "380"
    assert found.day("ram:IssueDateTime") == "20270610"
    assert found.day("ram:DueDateDateTime") == "20270624"
    assert found.day("ram:ActualDeliverySupplyChainEvent") == f"{lead.departs_on:%Y%m%d}"
    assert found.text("ram:SellerOrderReferencedDocument/ram:IssuerAssignedID") == lead.number
    seller = "ram:SellerTradeParty"
    assert found.text(f"{seller}/ram:Name") == "Pension Möwe GmbH"
    assert found.text(f"{seller}//ram:LineOne") == "3 Hafenstraße"
    assert found.text(f"{seller}//ram:CountryID") == "DE"
    assert found.text(f"{seller}/ram:SpecifiedTaxRegistration/ram:ID") == "DE999999999"
    buyer = "ram:BuyerTradeParty"
    assert found.text(f"{buyer}/ram:Name") == "Ada Lovelace"
    assert found.text(f"{buyer}//ram:CityName") == "Lyon"
    assert found.text(f"{buyer}/ram:SpecifiedTaxRegistration/ram:ID") == "FR99999999999"
    sums = reckon(xml)
    assert (sums["gross"], sums["paid"], sums["due"]) == (
        Decimal("216.70"),
        Decimal("60.00"),
        Decimal("156.70"),
    )
    assert {rate: found.tax(rate, "CalculatedAmount") for rate in found.taxes} == {
        "20": Decimal("33.33"),
        "7": Decimal("0.70"),
        "0": Decimal(0),
    }
    assert found.text("ram:CategoryCode", found.taxes["0"]) == "E"
    assert found.text("ram:ExemptionReason", found.taxes["0"]) == "No VAT is charged."
    nights = [line.quantity for line in found.lines if line.rate == "20"]
    assert nights == [issued.lines.get(tax_rate=20).quantity]


def test_a_credit_note_gives_back_what_it_refers_to(lead, issue, hotel, by, time_machine):
    time_machine.move_to("2027-06-10T11:00:00Z")
    invoice = issue()
    note = invoice_cancel(property_id=hotel.pk, invoice_id=invoice.pk, by=by)

    xml = xml_of(note)
    found = Received(xml)

    assert found.text("rsm:ExchangedDocument/ram:TypeCode") == "381"
    corrected = "ram:InvoiceReferencedDocument"
    assert found.text(f"{corrected}/ram:IssuerAssignedID") == invoice.number
    assert found.day(f"{corrected}/ram:FormattedIssueDateTime") == "20270610"
    assert reckon(xml)["due"] == Decimal("200.00")
    cancelled = Received(xml_of(invoice))
    assert cancelled.text("rsm:ExchangedDocument/ram:TypeCode") == "380"
    assert cancelled.text("ram:IncludedNote/ram:Content") == (
        f"Cancelled by credit note {note.number} of 10 June 2027. Nothing is to be paid."
    )


def test_what_is_taken_back_in_part_has_quantities_of_both_signs(lead, issue):
    line = add(lead, "30.00", description="Wine", tax_rate=20)
    issue()
    take_back(line)
    add(lead, "9.00", description="Water", tax_rate=20)

    found = Received(xml_of(issue()))

    assert [(one.quantity, one.total) for one in found.lines] == [
        (1, Decimal("25.00")),
        (-1, Decimal("-7.50")),
    ]
    assert found.sums["due"] == Decimal("21.00")


def test_dinars_are_rounded_and_the_rest_is_stated(manager, issue):
    hotel = make_hotel(manager)
    PropertySettings.objects.filter(property=hotel).update(currency="KWD", **BUSINESS)
    made = book(hotel, stay(1, 1), price="37.035")
    made.lead_guest = {**made.lead_guest, "country": "KW"}
    made.save()
    add(made, "1.004")
    add(made, "1.004")

    xml = xml_of(issue(made))

    sums = reckon(xml)
    assert (sums["due"], sums["rounding"]) == (Decimal("39.04"), Decimal("0.01"))
    note = Received(xml).text("ram:IncludedNote/ram:Content")
    assert note.replace("\N{NO-BREAK SPACE}", " ") == (
        "Rounded to two decimals; the exact total is KWD39.043."
    )


def test_what_xml_cannot_hold_is_left_out(lead, issue):
    add(lead, "1.00", description="Sau\x0bna \x1b<&>\n")

    found = Received(xml_of(issue()))

    assert [name.text for name in found.all("ram:SpecifiedTradeProduct/ram:Name")][-1] == (
        "Sauna <&>"
    )


def test_a_guest_from_kosovo_has_the_code_of_the_norm(lead, issue):
    lead.lead_guest = {**lead.lead_guest, "country": "XK"}
    lead.save()

    assert Received(xml_of(issue())).text("ram:BuyerTradeParty//ram:CountryID") == "1A"


def test_all_that_is_missing_is_named_with_its_place(booking, issue):
    PropertySettings.objects.update(business_name="Harbour Ltd", business_country="")
    booking.lead_guest = {**booking.lead_guest, "country": ""}
    booking.save()

    found = problems(issue())

    assert set(found) == {
        "seller.vat_number",
        "seller.street",
        "seller.town",
        "seller.country",
        "buyer.country",
    }
    assert found["seller.vat_number"] == [
        "The seller's VAT number is missing: set it in the property's settings, under Invoices."
    ]


@pytest.mark.parametrize("number", ["999999999", "ZZ999999999", "UK999999999", "XK999999999"])
def test_vat_numbers_begin_with_their_country(lead, issue, number):
    PropertySettings.objects.update(vat_number=number)
    number_the_guest(number)

    assert set(problems(issue())) == {"seller.vat_number", "buyer.vat_number"}


def test_a_greek_number_begins_with_el(lead, issue):
    PropertySettings.objects.update(vat_number="EL999999999")

    assert b">EL999999999<" in xml_of(issue())


def test_a_forgotten_buyer_has_no_einvoice(lead, issue):
    invoice = printed(issue())
    invoice.buyer = ""

    with pytest.raises(DomainError, match="einvoice_refused") as caught:
        invoice_xml(invoice)
    assert set(caught.value.fields) == {"buyer.name", "buyer.country"}


def test_a_seller_who_has_told_nothing(lead, issue):
    invoice = printed(issue())
    invoice.seller = InvoiceAddress().to_text()

    with pytest.raises(DomainError, match="einvoice_refused") as caught:
        invoice_xml(invoice)
    told = ("name", "vat_number", "street", "town", "country")
    assert set(caught.value.fields) == {f"seller.{name}" for name in told}


def test_tax_of_many_rounded_lines_may_be_too_far(manager, issue):
    hotel = make_hotel(manager)
    PropertySettings.objects.filter(property=hotel).update(currency="JPY", **BUSINESS)
    made = book(hotel, stay(1, 1), price="10000")
    made.lead_guest = {**made.lead_guest, "country": "JP"}
    made.save()
    invoice = printed(issue(made))
    (line,) = invoice.lines.all()
    line.tax += 1

    with pytest.raises(DomainError, match="too far from the tax of the sum"):
        einvoice.business_terms(invoice, [line], None)


@profile_left_open
@needs_pango
def test_the_pdf_is_an_archive_with_the_xml_in_it(lead, issue, caplog):
    import pypdf  # noqa: PLC0415  # comes with factur-x

    caplog.set_level(logging.ERROR)
    PropertySettings.objects.update(business_name="Pension\x1b Möwe GmbH")
    invoice = printed(issue())

    made = invoice_facturx(invoice)

    name, xml = facturx.get_xml_from_pdf(made)
    assert (name, xml) == ("factur-x.xml", invoice_xml(invoice))
    reader = pypdf.PdfReader(BytesIO(made))
    root = reader.trailer["/Root"]
    (attached,) = root["/AF"]
    assert attached.get_object()["/AFRelationship"] == "/Alternative"
    (intent,) = root["/OutputIntents"]
    assert intent["/S"] == "/GTS_PDFA1"
    assert "/ID" in reader.trailer
    assert root["/Lang"] == "en-GB"
    told = root["/Metadata"].get_object().get_data().decode()
    assert told.count("<rdf:RDF") == 1
    assert reader.xmp_metadata.dc_creator == ["Pension Möwe GmbH"]
    for part in ("<pdfaid:part>3<", "<pdfaid:conformance>B<", "<fx:ConformanceLevel>EN 16931<"):
        assert part in told
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            (inner,) = font["/DescendantFonts"]
            described = inner.get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(described)
    assert invoice.number in reader.pages[0].extract_text().splitlines()
    assert caplog.records == []


def test_a_site_without_the_package(lead, issue, monkeypatch):
    monkeypatch.setitem(sys.modules, "facturx", None)

    with pytest.raises(DomainError, match="einvoice_unavailable"):
        xml_of(issue())
    (warning,) = einvoice.einvoices_can_be_made(None)
    assert (warning.id, warning.level) == ("billing.W002", checks.WARNING)


def test_a_site_with_it_has_no_warning():
    assert einvoice.einvoices_can_be_made(None) == []
    assert einvoice.einvoices_can_be_made in checks.registry.registry.get_checks(
        include_deployment_checks=True
    )
