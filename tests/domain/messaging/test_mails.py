"""Mails about messages that nobody has read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from bookyflow.events.models import Event, EventKind
from bookyflow.mailing.sending import MailNotSent
from bookyflow.messaging.guests import visitor_write
from bookyflow.messaging.mails import DELAY, mail_queue
from bookyflow.messaging.models import Conversation, Message
from bookyflow.messaging.reading import message_mark
from bookyflow.messaging.retention import messages_clear
from bookyflow.messaging.services import Words, conversation_leave
from bookyflow.messaging.tasks import messages_mail
from bookyflow.properties.models import ManagerAccess
from bookyflow.reservations.tokens import booking_token
from bookyflow.webhooks.kinds import KINDS
from tests.domain.conftest import book, stay
from tests.domain.messaging.conftest import reach_of, start, write

pytestmark = pytest.mark.django_db


def jobs():
    here = list(Conversation.objects.values_list("pk", flat=True))
    return ProcrastinateJob.objects.filter(
        task_name__endswith="messages_mail", args__conversation_id__in=here
    )


@pytest.fixture
def send(mailoutbox):
    """Run the jobs that wait; the mails."""

    def run():
        mailoutbox.clear()
        for job in list(jobs().order_by("pk")):
            messages_mail(**job.args)
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.pk])
        return list(mailoutbox)

    return run


def test_several_messages_are_one_mail_ten_minutes_later(ada, hotel, send):
    here = start(ada, hotel, "Is there a <b>car park</b>?").conversation_id
    write(ada, here, "And breakfast?\nFor two.")

    (job,) = jobs()
    assert job.args == {"conversation_id": here, "to_team": True}
    assert DELAY - timedelta(minutes=1) < job.scheduled_at - timezone.now() <= DELAY
    (sent,) = send()
    assert (sent.to, sent.reply_to) == (["manager@example.com"], [])
    assert sent.subject == "2 messages for Harbour House"
    quoted = "> Is there a <b>car park</b>?\n\n> And breakfast?\n> For two."
    assert f"Ada Example has written:\n\n{quoted}" in sent.body
    reminder = Event.objects.get(kind="message_reminder")
    assert (reminder.property_id, reminder.actor_kind) == (hotel.pk, "system")
    assert reminder.data.keys() == KINDS[EventKind.MESSAGE_REMINDER].fields.keys()
    assert reminder.subject_id == Message.objects.latest("pk").pk
    assert reminder.data == {"group_id": here, "user_id": None, "unread_count": 2}


def test_a_message_is_told_of_once(ada, hotel, send):
    here = start(ada, hotel).conversation_id
    assert len(send()) == 1
    assert send() == []

    write(ada, here, "Still there?")

    (sent,) = send()
    assert sent.subject == "A message for Harbour House"
    assert "Hello." not in sent.body
    assert Event.objects.filter(kind="message_reminder").count() == 2


def test_what_was_read_or_answered_by_then_is_left_out(ada, hotel, manager, receptionist, send):
    here = start(ada, hotel).conversation_id
    message_mark(message_id=Message.objects.get().pk, is_read=True, reach=reach_of(receptionist))
    assert send() == []
    write(ada, here)
    write(manager, here)
    assert [one.to for one in send()] == [["ada@guest.example"]]
    write(manager, here)
    read = Message.objects.latest("pk").pk
    message_mark(message_id=read, is_read=True, reach=reach_of(ada))
    assert send() == []


def test_what_a_former_member_has_read_counts_for_nothing(ada, hotel, receptionist, send):
    start(ada, hotel)
    message_mark(message_id=Message.objects.get().pk, is_read=True, reach=reach_of(receptionist))
    ManagerAccess.objects.filter(user=receptionist).delete()

    assert len(send()) == 1


def test_a_message_that_comes_while_the_mail_is_written_has_its_own(ada, hotel, send, settings):
    here = start(ada, hotel).conversation_id
    settings.EMAIL_BACKEND = "tests.domain.messaging.test_mails.Interrupting"
    Interrupting.write = lambda: write(ada, here, "Meanwhile.")
    first = send()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    assert (len(first), jobs().count()) == (1, 1)
    (sent,) = send()
    assert "Meanwhile." in sent.body
    assert "Hello." not in sent.body


class Interrupting:
    """A mail server during whose work somebody writes."""

    write = staticmethod(lambda: None)

    def __init__(self, **options):
        pass

    def send_messages(self, messages):
        mail.outbox.extend(messages)
        type(self).write()
        return len(messages)


def test_a_mail_that_is_not_sent_is_tried_again(ada, hotel, send, settings):
    start(ada, hotel)
    settings.STAFF_MAILS_PER_ADDRESS = 0
    settings.EMAIL_BACKEND = "tests.domain.messaging.test_mails.Broken"
    with pytest.raises(MailNotSent):
        send()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    assert not Event.objects.filter(kind="message_reminder").exists()
    assert len(send()) == 1


class Broken(Interrupting):
    def send_messages(self, messages):
        raise OSError


def test_a_job_that_has_never_run_keeps_no_others_away(ada, hotel, send):
    here = start(ada, hotel).conversation_id
    Conversation.objects.update(team_mail_at=timezone.now() - timedelta(days=4))

    write(ada, here)

    assert jobs().count() == 2


def test_who_has_left_gets_no_mail(ada, hotel, manager, send):
    here = start(ada, hotel, "").conversation_id
    conversation_leave(group_id=here, reach=reach_of(ada))
    write(manager, here)
    assert send() == []
    conversation_leave(group_id=here, reach=reach_of(manager))
    write(ada, here)
    assert send() == []


@pytest.mark.parametrize("change", [{"email": ""}, {"is_suspended": True}, {"is_active": False}])
def test_nobody_to_write_to(ada, hotel, manager, send, change):
    here = start(ada, hotel, "").conversation_id
    for name, value in change.items():
        setattr(ada, name, value)
    ada.save()
    write(manager, here)

    assert send() == []
    assert not Event.objects.filter(kind="message_reminder").exists()


def test_test_properties_write_to_nobody(ada, hotel):
    here = start(ada, hotel, "")
    hotel.is_test = True
    hotel.save()
    locked = Conversation.objects.get(pk=here.conversation_id)

    mail_queue(locked, to_team=True)

    assert not jobs().exists()


@pytest.mark.parametrize(
    ("language", "subject", "greeting"),
    [
        ("de-CH", "2 Nachrichten von Harbour House", "Guten Tag Ada Example,"),
        ("fr", "2 messages de Harbour House", "Bonjour Ada Example,"),
        ("es", "2 mensajes de Harbour House", "Hola, Ada Example:"),
        ("nl", "2 messages from Harbour House", "Dear Ada Example,"),
        ("", "2 Nachrichten von Harbour House", "Guten Tag Ada Example,"),
    ],
)
def test_it_is_in_the_language_of_who_reads_it(
    ada, hotel, manager, send, language, subject, greeting
):
    hotel.settings.language = "de-DE"
    hotel.settings.save()
    here = start(ada, hotel, "", language=language).conversation_id
    write(manager, here)
    write(manager, here)

    (sent,) = send()

    assert sent.subject == subject
    assert sent.body.startswith(greeting)


def test_the_guest_of_a_booking_is_written_to(hotel, manager, send):
    booking = book(hotel, stay(5, 2))
    start(manager, hotel, "When will you arrive?", booking_id=booking.pk)

    (sent,) = send()
    assert sent.to == ["ada@guest.example"]
    assert f"Booking number: {booking.number}" in sent.body
    token = booking_token(booking.number, booking.token_version)
    visitor_write(reference=booking.number, token=token, words=Words("At six."))
    (sent,) = send()
    assert (sent.to, sent.reply_to) == (["manager@example.com"], ["ada@guest.example"])


def test_long_texts_and_many_are_cut_short(ada, hotel, send):
    here = start(ada, hotel, "x" * 5000).conversation_id
    for number in range(10):
        write(ada, here, f"Number {number}.")

    (sent,) = send()

    assert ("x" * 2000 + " …" in sent.body, "x" * 2001 in sent.body) == (True, False)
    assert "Number 8." in sent.body
    assert "Number 9." not in sent.body
    assert "There is one more message." in sent.body


def test_old_messages_go_and_empty_conversations_with_them(ada, hotel, manager):
    here = start(ada, hotel).conversation_id
    old = timezone.now() - timedelta(days=366)
    Message.objects.update(created_at=old)
    write(manager, here)
    booking = book(hotel, stay(5, 2))
    start(manager, hotel, "x", booking_id=booking.pk)
    Message.objects.filter(conversation__booking=booking).update(created_at=old)

    assert messages_clear() == 1
    assert sorted(Message.objects.values_list("body", flat=True), key=str) == ["More.", "x"]
    Message.objects.update(created_at=old)
    Conversation.objects.update(created_at=old)
    assert messages_clear() == 1
    assert Conversation.objects.get().booking == booking
