"""How much may be written, and who writes at the same moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F

from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.messaging.models import Conversation, Message
from tests.conftest import make_hotel
from tests.domain.conftest import at_once
from tests.domain.messaging.conftest import start, write


def refused(call, *arguments):
    """Seconds to wait after a refusal."""
    with pytest.raises(DomainError) as caught:
        call(*arguments)
    assert caught.value.key == "too_many_messages"
    return caught.value.retry_after


def older(minutes):
    Message.objects.update(created_at=F("created_at") - timedelta(minutes=minutes))


@pytest.mark.django_db
def test_an_account_writes_so_much_in_an_hour(ada, hotel, manager, settings):
    settings.MESSAGES_PER_ACCOUNT = 2
    first = start(ada, hotel).conversation_id
    older(20)
    second = start(ada, make_hotel(manager, name="Other")).conversation_id

    assert 2390 < refused(write, ada, first) <= 2401
    write(manager, second)
    older(41)
    write(ada, first)
    assert refused(write, ada, second) <= 1200


@pytest.mark.django_db
def test_each_side_of_a_conversation_writes_so_much_in_an_hour(
    ada, hotel, manager, receptionist, settings
):
    settings.MESSAGES_PER_CONVERSATION = 2
    here = start(ada, hotel).conversation_id
    write(ada, here)

    assert 3590 < refused(write, ada, here) <= 3601
    write(manager, here)
    write(receptionist, here)
    refused(write, manager, here)
    start(ada, make_hotel(manager, name="Other"))


@pytest.mark.django_db
def test_an_account_begins_so_many_conversations_on_a_day(ada, hotel, manager, settings):
    settings.CONVERSATIONS_PER_ACCOUNT = 1
    start(ada, hotel, "")

    refused(start, ada, make_hotel(manager, name="Other"))
    start(ada, hotel)


@pytest.mark.django_db(transaction=True)
def test_parallel_beginnings_make_one_conversation(ada, hotel):
    results = at_once(8, lambda n: start(ada, hotel, f"{n}"))

    assert len({one.conversation_id for one in results}) == 1
    assert (Conversation.objects.count(), Message.objects.count()) == (1, 8)
    assert Event.objects.filter(kind="message_created").count() == 8


@pytest.mark.django_db(transaction=True)
def test_parallel_messages_of_one_account_keep_to_its_limit(ada, hotel, manager, settings):
    settings.MESSAGES_PER_ACCOUNT = 5
    hotels = [hotel, *(make_hotel(manager, name=f"House {n}") for n in range(3))]
    here = [start(ada, one, "").conversation_id for one in hotels]

    def attempt(number):
        try:
            return write(ada, here[number % 4])
        except DomainError as error:
            return error.key

    results = at_once(12, attempt)

    assert results.count("too_many_messages") == 7
    assert Message.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_messages_of_both_sides_are_ordered_as_they_are_committed(ada, hotel, manager):
    here = start(ada, hotel).conversation_id

    at_once(8, lambda n: write((ada, manager)[n % 2], here))

    ids = list(Message.objects.order_by("pk").values_list("pk", flat=True))
    events = Event.objects.filter(kind="message_created").order_by("pk")
    assert [one.subject_id for one in events] == ids
