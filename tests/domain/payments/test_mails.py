"""Mails about payments: to guests in their language, to staff in English."""

from __future__ import annotations

import pytest

from bookyflow.payments.mails import AUDIENCES, payment_mail_send
from bookyflow.payments.models import PaymentAttempt
from bookyflow.reservations.mails import Audience
from tests import foreign
from tests.domain.payments.conftest import settle

pytestmark = pytest.mark.django_db
TO_GUESTS = sorted(name for name, audiences in AUDIENCES.items() if Audience.GUEST in audiences)


@pytest.fixture
def mail_of(held, start, mailoutbox):
    """A mail about the payment for what is held, in a language."""
    start(held)

    def send(template, language="", audience=Audience.GUEST):
        PaymentAttempt.objects.update(language=language)
        payment_mail_send(
            attempt_id=PaymentAttempt.objects.get().pk, template=template, audience=audience
        )
        return mailoutbox.pop()

    return send


@pytest.mark.parametrize("template", TO_GUESTS)
def test_no_word_to_a_guest_escapes_translation(foreign_language, inn, mail_of, template):
    mail = mail_of(template, foreign_language)
    given = [inn.name, "Grace Hopper", inn.email]

    assert foreign.readable(f"{mail.subject}\n{mail.body}", given=given) == []


@pytest.mark.parametrize(
    ("language", "amount"), [("de", "180,00 €"), ("fr-FR", "180,00 €"), ("it", "€180.00")]
)
def test_amounts_are_written_as_the_guest_reads_them(mail_of, language, amount):
    assert amount in mail_of("payment_late", language).body.replace("\xa0", " ")


@pytest.mark.parametrize(
    "template", sorted(n for n, who in AUDIENCES.items() if Audience.PROPERTY in who)
)
def test_staff_read_what_they_need_in_english(inn, held, mail_of, template):
    PaymentAttempt.objects.update(provider_payment="pi_1")

    mail = mail_of(template, "de", Audience.PROPERTY)

    assert held.number in mail.subject
    assert "€180.00" in mail.body
    assert "stripe: pi_1" in mail.body
    assert mail.reply_to == ["grace@guest.example"]


def test_a_guest_who_is_forgotten_gets_none(held, start, mailoutbox):
    start(held)
    attempt = PaymentAttempt.objects.get()
    attempt.personal = type(attempt.personal)()
    attempt.save()

    payment_mail_send(attempt_id=attempt.pk, template="payment_late", audience=Audience.GUEST)

    assert mailoutbox == []


def test_test_properties_write_to_nobody(inn, booked, start, stripe, tell, work):
    start(booked)
    type(inn).objects.filter(pk=inn.pk).update(is_test=True)
    settle(inn)
    stripe.pay()

    tell()

    assert work("payment_mail") == 0
