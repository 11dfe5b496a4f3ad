"""Mails to guests are in the language of their booking; those to staff are English."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from bookyflow.reservations.mails import TOLD, Audience, booking_mail_send
from bookyflow.reservations.models import Booking, BookingState
from tests import foreign
from tests.domain.reservations.conftest import settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail_of(inn, book, stay_request, mailoutbox):
    """A mail of a booking that has all that mails tell of, in a language."""
    settle(inn, deposit_kind="percentage", deposit_value=20)
    booking = book(stay_request)

    def send(template, language="", audience=Audience.GUEST, **facts):
        facts = {"pay_by": timezone.now() + timedelta(days=2), "children": 1} | facts
        Booking.objects.filter(pk=booking.pk).update(language=language, **facts)
        mailoutbox.clear()
        booking_mail_send(booking_id=booking.pk, template=template, audience=audience)
        return mailoutbox[0]

    return send


@pytest.mark.parametrize(
    ("language", "greeting", "rows", "total"),
    [
        ("de", "Guten Tag Grace Hopper,", ["Anreise         ", "2 Erwachsene, 1 Kind"], "360,00 €"),
        ("de-CH", "Guten Tag Grace Hopper,", ["Abreise         "], "360.00"),
        ("fr-FR", "Bonjour Grace Hopper,", ["Arrivée         ", "2 adultes, 1 enfant"], "360,00 €"),
        ("es", "Hola, Grace Hopper:", ["Llegada         ", "2 adultos, 1 niño"], "360,00 €"),
        ("it", "Dear Grace Hopper,", ["Arrival         "], "€360.00"),
    ],
)  # fmt: skip
def test_a_guest_reads_a_mail_in_the_bookings_language(mail_of, language, greeting, rows, total):
    body = mail_of("booking_added", language).body

    assert body.startswith(greeting + "\n\n")
    assert [row for row in rows if row not in body] == []
    assert total in body.replace("\xa0", " ")


def test_dates_are_written_as_in_the_language(mail_of, stay_request):
    day = stay_request.arrival

    assert f", {day.day}. " in mail_of("booking_added", "de").body
    assert f", {day.day} de " in mail_of("booking_added", "es").body


def test_without_a_language_of_the_booking_it_is_the_propertys(inn, mail_of):
    settle(inn, language="fr-FR")

    assert mail_of("booking_added").subject.startswith("Votre réservation")


def test_staff_read_english_whatever_the_language_of_the_guest(mail_of):
    mail = mail_of("booking_added", "de", Audience.PROPERTY)

    assert mail.subject.startswith("New booking")
    assert "Arrival         " in mail.body


def test_a_mail_leaves_the_language_of_who_sends_it(mail_of):
    before = translation.get_language()
    mail_of("booking_added", "de")

    assert translation.get_language() == before


@pytest.mark.parametrize(
    ("template", "facts"),
    [
        ("booking_enquired", {}),
        ("booking_added", {}),
        ("booking_cancelled", {"paid": Decimal(400), "pay_by": None}),
        ("booking_cancelled", {"state": BookingState.REJECTED, "pay_by": None}),
        ("payment_reminder", {}),
        ("review_reminder", {"state": BookingState.CHECKED_OUT, "pay_by": None}),
    ],
)
def test_no_word_of_a_mail_to_a_guest_escapes_translation(
    foreign_language, inn, mail_of, template, facts
):
    mail = mail_of(template, foreign_language, **facts)
    given = [inn.name, "Grace Hopper", inn.email, inn.settings.time_zone, "Double"]

    assert foreign.readable(f"{mail.subject}\n{mail.body}", given=given) == []
    assert "ж" in mail.subject


def test_all_mails_to_guests_are_looked_at():
    of_payments = {"payment_late", "payment_received"}  # tests/domain/payments/test_mails.py
    of_messages = {"messages"}  # tests/domain/messaging/test_mails.py
    looked_at = {
        "payment_reminder",
        "review_reminder",
        *of_payments,
        *of_messages,
        *TOLD.values(),
    }
    templates = foreign._messages.ROOT / "templates" / "mail" / "guest"

    assert {path.stem for path in templates.iterdir()} == looked_at
