from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from playwright.sync_api import sync_playwright

from bookyflow.billing.html import Words, invoice_html
from bookyflow.billing.invoicing import invoice_cancel
from bookyflow.billing.models import Invoice
from bookyflow.billing.payments import payment_refund, payment_reverse
from bookyflow.core.acting import SYSTEM
from bookyflow.core.places import country_name
from bookyflow.guests.models import Guest
from bookyflow.guests.services import GuestDetails
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.models import Booking, BookingLine
from bookyflow.tariffs.models import TaxRate
from tests import foreign
from tests.browsers import BROWSER, OPTIONS, needs_browser
from tests.conftest import make_hotel
from tests.domain.billing.conftest import add
from tests.domain.conftest import book, stay

pytestmark = pytest.mark.django_db


def text_of(invoice: Invoice) -> str:
    """What the page says, on one line with single blanks."""
    page = invoice_html(Invoice.objects.get(pk=invoice.pk))
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_an_invoice_says_who_what_and_how_much(booking, hotel, issue, pay, time_machine):
    PropertySettings.objects.update(business_name="Harbour Ltd", business_region="GB-CON")
    guest = Guest.objects.get()
    guest.vat_number = "DE999"
    guest.save()
    booking.lead_guest = {**booking.lead_guest, "country": "DE"}
    booking.save()
    TaxRate.objects.all().delete()
    TaxRate.objects.create(code="01", description="VAT", rate=20)
    add(booking, "10.70", tax_rate=7)
    time_machine.move_to("2027-06-10T11:00:00Z")
    pay("60")

    text = text_of(issue())

    assert "Invoice 1001" in text
    assert "Harbour Ltd Cornwall" in text
    assert "Ada Lovelace Germany VAT number DE999" in text
    assert "Date 10 June 2027 Due 24 June 2027" in text
    assert f"Booking {booking.number}" in text
    assert "Sauna 1 €10.00 7 % €0.70 €10.70" in text
    assert "VAT 20 % €166.67 €33.33 €200.00 Tax 7 % €10.00 €0.70 €10.70" in text
    assert "10 June 2027 Payment, Cash €60.00" in text
    assert "Total €210.70 Paid of this invoice €60.00 Still to pay €150.70" in text
    assert "redit note" not in text


def test_a_region_has_its_plain_name_and_tables_take_the_focus(booking, issue):
    PropertySettings.objects.update(business_name="Harbour Ltd", business_region="GB-PEM")
    page = invoice_html(issue())
    assert "Pembrokeshire<br>" in page
    assert "Sir Benfro" not in page
    assert '<div class="scroll" role="region" tabindex="0"' in page


def test_a_region_may_be_a_code_or_a_name(booking, issue):
    PropertySettings.objects.update(business_name="Harbour Ltd", business_region="Lake Area")
    booking.lead_guest = {**booking.lead_guest, "region": "DE-BW", "country": "DE"}
    booking.save()

    text = text_of(issue())

    assert "Harbour Ltd Lake Area" in text
    assert "Ada Lovelace Baden-Württemberg Germany" in text


def test_a_changed_booking_does_not_change_the_sheet(booking, issue):
    invoice = issue()
    before = text_of(invoice)

    later = booking.departure + timedelta(days=40)
    Booking.objects.update(arrival=booking.departure, departure=later, departs_on=later)

    assert text_of(invoice) == before


def test_dates_and_amounts_follow_the_language(booking, issue, time_machine):
    Booking.objects.update(language="de-DE")
    time_machine.move_to("2027-06-10T11:00:00Z")

    text = text_of(issue()).replace("\N{NO-BREAK SPACE}", " ")

    assert "10. Juni 2027" in text
    assert "166,67 €" in text


def test_an_invoice_is_written_in_the_language_of_its_booking(booking, issue, pay):
    Booking.objects.update(language="de-DE")
    pay("60")
    invoice = issue()

    text = text_of(invoice)

    assert "Rechnung 1001" in text
    assert "Anreise" in text
    assert "Zahlung, Bar" in text
    assert '<html lang="de-DE">' in invoice_html(invoice)


def test_no_word_of_an_invoice_escapes_translation(foreign_language, booking, hotel, issue, pay):
    Booking.objects.update(language=foreign_language)
    TaxRate.objects.all().delete()
    hotel.refresh_from_db()
    guest = Guest.objects.get()
    guest.vat_number = "DE999"
    guest.save()
    pay("60")
    invoice = issue()
    cancelled = invoice_cancel(invoice_id=invoice.pk, property_id=hotel.pk, by=SYSTEM)

    pages = f"{text_of(invoice)} {text_of(cancelled)}"
    given = [*invoice.seller.split('"'), *invoice.buyer.split('"'), "Ada Lovelace", "DE999"]
    given += [line.description for line in invoice.lines.all()]
    given.append(country_name("GB", foreign_language))

    assert foreign.readable(pages, given=[one for one in given if len(one) > 1]) == []


def test_an_issued_invoice_keeps_its_words(booking, issue):
    line = add(booking, "10.00", description="")
    BookingLine.objects.filter(pk=line.pk).update(rule="city_tax")
    Booking.objects.update(language="fr")
    invoice = issue()

    Booking.objects.update(language="de")

    assert "Taxe de séjour" in [line.description for line in invoice.lines.all()]
    assert "Taxe de séjour" in text_of(invoice)


def test_an_unknown_language_is_written_as_in_english(booking, issue):
    Booking.objects.update(language="xx-QQ")
    assert "€200.00" in text_of(issue())


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2027, 6, 10), date(2027, 6, 12), "10\N{EN DASH}12 Jun 2027"),
        (date(2027, 6, 10), date(2027, 6, 10), "10 Jun 2027"),
        (date(2027, 6, 10), None, ""),
        (None, None, ""),
    ],
)
def test_the_nights_of_a_line(first, last, text):
    assert Words(language="en-GB", currency="EUR").nights(first, last) == text


def test_a_credit_note_says_what_it_corrects(hotel, issue, by):
    invoice = issue()
    note = invoice_cancel(property_id=hotel.pk, invoice_id=invoice.pk, by=by)

    credit, cancelled = text_of(note), text_of(invoice)

    assert "Credit note 1002" in credit
    assert "This credit note corrects invoice 1001 of" in credit
    assert "Total credit -€200.00" in credit
    assert "Still to pay" not in credit
    assert "Due" not in credit
    assert "Cancelled by credit note 1002 of" in cancelled
    assert "Still to pay" not in cancelled


def test_what_was_taken_back_is_not_shown_as_paid(booking, hotel, issue, pay, by):
    invoice = issue()
    wrong = pay("60")
    pay("100")
    facts = {"property_id": hotel.pk, "by": by}
    payment_reverse(payment_id=wrong.pk, **facts)
    payment_refund(booking_id=booking.pk, amount=Decimal(20), method="cash", **facts)

    text = text_of(invoice)

    assert "€60.00" not in text
    assert "Payment, Cash €100.00" in text
    assert "Refund, Cash -€20.00" in text
    assert "Paid of this invoice €80.00 Still to pay €120.00" in text


def test_a_paid_invoice_has_nothing_left_to_pay(issue, pay):
    pay("200")
    assert "Paid of this invoice €200.00 Nothing left to pay €0.00" in text_of(issue())


@pytest.mark.parametrize(
    ("currency", "price", "text"), [("JPY", "10001", "JP¥10,001"), ("KWD", "10.005", "KWD10.005")]
)
def test_amounts_have_the_exponent_of_the_currency(manager, issue, currency, price, text):
    hotel = make_hotel(manager)
    PropertySettings.objects.filter(property=hotel).update(currency=currency)

    page = text_of(issue(book(hotel, stay(1, 1), price=price)))

    assert text in page.replace("\N{NO-BREAK SPACE}", " ")


def test_what_guests_enter_is_text(booking, issue):
    booking.lead_guest = {**booking.lead_guest, "first_name": "<script>alert(1)</script>"}
    booking.save()
    add(booking, "1.00", description="<b>Sauna</b> & more")

    page = invoice_html(issue())

    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "&lt;b&gt;Sauna&lt;/b&gt; &amp; more" in page


def test_the_page_needs_no_other_file(issue):
    page = invoice_html(issue())

    assert "size: A4" in page
    assert not re.search(r"(src|href|url)\s*[=(]", page)


@pytest.mark.browser
@needs_browser
@pytest.mark.parametrize(("media", "width"), [("print", 674), ("screen", 900)])
def test_nothing_sticks_out_of_the_sheet(hotel, issue, media, width):
    large = book(hotel, stay(8, 1), price="99999999.99", guest=GuestDetails("W" * 80))
    add(large, "1.00", description="x" * 255)
    sheet = invoice_html(issue(large))

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=list(OPTIONS))
        page = browser.new_page(viewport={"width": width, "height": 955})
        page.emulate_media(media=media)
        page.set_content(sheet)
        needed = page.evaluate("document.documentElement.scrollWidth")
        browser.close()

    assert needed == width  # of A4 within its margins, and of a window
