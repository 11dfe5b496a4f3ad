"""So many mails to an address a day, whoever sends them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from bookyflow.mailing import sending, tasks
from bookyflow.mailing.counting import claim, give_back
from bookyflow.mailing.models import MailCount
from bookyflow.mailing.sending import MailNotSent
from tests.domain.conftest import at_once

pytestmark = pytest.mark.django_db
VICTIM = "victim@guest.example"


def claims(address: str, *, kind: str = "stranger", most: int = 3) -> bool:
    return claim([address], kind=kind, most=most) is not None


def test_an_address_gets_so_many_a_day_and_the_next_day_again(mailoutbox):
    assert [claims(VICTIM) for _ in range(4)] == [True, True, True, False]
    assert MailCount.objects.get().number == 3

    MailCount.objects.update(day=timezone.now().date() - timedelta(days=1))

    assert claims(VICTIM)


def test_a_mail_is_of_the_day_by_the_clock_of_who_sends_it(time_machine):
    time_machine.move_to("2030-06-01T23:59:59Z")
    assert claims(VICTIM, most=1)
    time_machine.move_to("2030-06-02T00:00:01Z")
    assert claims(VICTIM, most=1)

    assert list(MailCount.objects.order_by("day").values_list("day", flat=True)) == [
        date(2030, 6, 1),
        date(2030, 6, 2),
    ]


@pytest.mark.parametrize(
    "spelling",
    [
        "VICTIM@guest.example",
        " victim@Guest.Example",
        "victim+1@guest.example",
        "Victim+a+b@guest.example",
    ],
)
def test_all_spellings_of_an_address_are_one(spelling):
    assert claims(VICTIM, most=1)
    assert not claims(spelling, most=1)


def test_others_and_other_kinds_of_mails_are_counted_apart():
    assert claims(VICTIM, most=1)
    assert claims("other@guest.example", most=1)
    assert claims(VICTIM, kind="own", most=1)


def test_who_has_had_enough_keeps_a_mail_to_several_back_and_nobody_is_counted():
    both = [VICTIM, "other@guest.example"]
    claims(VICTIM, most=1)

    assert claim(both, kind="stranger", most=1) is None
    assert claims("other@guest.example", most=1)


def test_a_claim_is_given_back():
    one = claim([VICTIM], kind="stranger", most=1)

    give_back(one)

    assert claims(VICTIM, most=1)


def test_the_address_is_not_kept():
    claims(VICTIM)
    assert "victim" not in MailCount.objects.get().recipient


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_send_no_more():
    def work(n: int):
        return claims(VICTIM, most=5)

    assert at_once(12, work).count(True) == 5


def test_counts_of_days_that_are_over_are_deleted():
    claims(VICTIM)
    assert tasks.mail_counts(timestamp=0) == 0
    MailCount.objects.update(day=timezone.now().date() - timedelta(days=2))

    assert tasks.mail_counts(timestamp=0) == 1


@pytest.fixture
def send(settings):
    settings.MAILS_PER_ADDRESS, settings.STAFF_MAILS_PER_ADDRESS = 1, 2

    def one(*, by_stranger, to=VICTIM):
        sending.mail_send("administrator/review", to=[to], context={}, by_stranger=by_stranger)

    return one


def test_what_a_stranger_has_caused_is_dropped(send, mailoutbox, caplog):
    for _ in range(3):
        send(by_stranger=True)

    assert len(mailoutbox) == 1
    assert "the recipient has had 1 mails today" in caplog.text
    assert "victim" not in caplog.text


def test_what_staff_are_to_know_waits(send, mailoutbox):
    for _ in range(2):
        send(by_stranger=False)

    with pytest.raises(MailNotSent, match="limit of the day"):
        send(by_stranger=False)
    assert len(mailoutbox) == 2


def test_a_mail_that_the_server_refuses_is_not_counted(send, monkeypatch):
    def refuse(self, *args, **kwargs):
        raise OSError("the address is victim@guest.example")

    with monkeypatch.context() as broken:
        broken.setattr(mail.EmailMessage, "send", refuse)
        for _ in range(3):
            with pytest.raises(MailNotSent, match="OSError"):
                send(by_stranger=True)

    assert MailCount.objects.get().number == 0


def test_without_a_limit_nothing_is_counted(send, settings, mailoutbox):
    settings.MAILS_PER_ADDRESS = 0

    for _ in range(3):
        send(by_stranger=True)

    assert len(mailoutbox) == 3
    assert not MailCount.objects.exists()
