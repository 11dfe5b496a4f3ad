"""Conversations with guests of bookings, who have no account."""

from __future__ import annotations

import pytest

from bookyflow.core.acting import SYSTEM
from bookyflow.events.models import Event
from bookyflow.messaging.models import Conversation, Message
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.tokens import booking_token
from tests.domain.conftest import ADA, book, stay
from tests.examples import as_shown, example
from tests.features.conftest import problem
from tests.features.messaging.conftest import (
    BASE,
    answered,
    bodies,
    mark,
    read,
    reply,
    unread,
)
from tests.features.messaging.test_attachments import PDF, send

pytestmark = pytest.mark.django_db
OWN = ("id", "attachment_id", "create_date", "size")


@pytest.fixture
def booking(hotel):
    return book(hotel, stay(5, 2), guest=ADA)


class Visitor:
    """Somebody with the token of a booking."""

    def __init__(self, client, booking, token=None):
        self.client = client
        self.path = f"/bookyflow/api/booking/{booking.number}"
        good = booking_token(booking.number, booking.token_version)
        self.headers = {"HTTP_X_BOOKYFLOW_BOOKING_TOKEN": token or good}

    def get(self, path="messages", query=None):
        return self.client.get(f"{self.path}/{path}", query, **self.headers)

    def write(self, text, **headers):
        body = {"message_body": text}
        return self.client.post(f"{self.path}/messages", body, **self.headers, **headers)


@pytest.fixture
def visitor(anonymous, booking):
    return Visitor(anonymous, booking)


@pytest.fixture
def ask(host, hotel, booking):
    """Have the manager write about the booking; the conversation's id."""

    def write(text="When will you arrive?"):
        about = {"property_id": hotel.pk, "contract_uid": booking.pk}
        body = about | {"message": text, "subject": "Arrival"}
        return answered(host.post(f"{BASE}/new_message", body))["group_id"]

    return write


def test_staff_ask_and_the_guest_answers(ask, host, visitor, booking):
    group_id = ask()
    (first,) = visitor.get().json()["data"]["messages"]
    assert (first["subject"], first["creator_name"]) == ("Arrival", "Harbour House")
    added = answered(send(host, group_id), 201)["attachment_id"]
    Message.objects.all().delete()
    reply(host, group_id, "When will you arrive?", attachment_id=added)
    shown = example("booking.write_message")
    written = visitor.write(shown.request["message_body"])
    assert written.status_code == 201
    assert as_shown(written.json()["data"]["message"], shown.answer, *OWN) == shown.answer
    event = Event.objects.filter(kind="message_created").latest("pk")
    assert (event.actor_kind, event.user_id, event.property_id) == (
        "visitor", None, booking.property_id,
    )  # fmt: skip

    shown = example("booking.list_messages").answer
    found = visitor.get().json()["data"]["messages"]
    assert as_shown(found, shown, *OWN) == shown
    file = visitor.get(f"attachments/{added}")
    assert (file.content, file["Content-Disposition"]) == (PDF, 'attachment; filename="map.pdf"')
    assert bodies(host, group_id, unread=1) == ["At about six."]
    assert ask("Thank you.") == group_id


def test_the_guest_may_begin(visitor, host, booking):
    assert visitor.get().json()["data"]["messages"] == []

    visitor.write("Is there a cot?")

    assert unread(host) == 1
    group_id = Conversation.objects.get().pk
    group = read(host, group_id)["group"]
    assert group["group_name"] == f"Harbour House :: {booking.number}"
    assert group["contract_uid"] == booking.pk
    members = answered(host.get(f"{BASE}/group/members/{group_id}"))["members"]
    assert [one["name"] for one in members.values()] == ["Grace Host"]


def test_the_guests_name_needs_its_scope(visitor, client_for):
    visitor.write("Is there a cot?")
    group_id = Conversation.objects.get().pk
    names = [
        [one["creator_name"] for one in read(client_for(scopes), group_id)["messages"]]
        for scopes in ("messaging", "messaging guests_get")
    ]

    assert names == [[""], ["Ada Lovelace"]]


def test_marks_of_staff_do_not_concern_the_guest(visitor, host):
    visitor.write("a")
    message_id = Message.objects.get().pk
    mark(host, message_id)

    assert unread(host) == 0
    assert mark(host, message_id, 0).status_code == 200
    assert unread(host) == 1


@pytest.mark.parametrize("token", ["0.wrong", "1.wrong", "x", "0"])
def test_a_wrong_token_opens_nothing(anonymous, booking, visitor, token):
    visitor.write("Secret.")
    other = Visitor(anonymous, booking, token)

    for answer in (other.get(), other.write("x"), other.get("attachments/1")):
        assert problem(answer) == (404, "booking_not_found", [])
    without = anonymous.get(visitor.path + "/messages")
    assert problem(without) == (400, "validation_failed", ["X-BOOKYFLOW-booking-token"])


def test_a_file_of_another_booking_is_not_found(ask, host, visitor, hotel, anonymous):
    added = answered(send(host, ask()), 201)["attachment_id"]
    assert problem(visitor.get(f"attachments/{added}")) == (404, "attachment_not_found", [])
    reply(host, Conversation.objects.get().pk, "x", attachment_id=added)
    other = Visitor(anonymous, book(hotel, stay(20, 2)))

    assert problem(other.get(f"attachments/{added}")) == (404, "attachment_not_found", [])


@pytest.mark.parametrize("text", ["", " \n", "\u200b", "x" * 5001, 5, None])
def test_no_text(visitor, text):
    assert problem(visitor.write(text)) == (400, "validation_failed", ["message_body"])


def test_a_guest_writes_so_much_in_an_hour(visitor, settings):
    settings.MESSAGES_PER_CONVERSATION = 1
    visitor.write("a")

    refused = visitor.write("b")

    assert problem(refused) == (429, "too_many_messages", [])
    assert 3500 < int(refused["Retry-After"]) <= 3601


def test_the_same_call_again_writes_once(visitor):
    answers = [visitor.write("a", HTTP_IDEMPOTENCY_KEY="one") for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert Message.objects.count() == 1


def test_about_a_booking_that_was_cancelled_they_write_on(visitor, booking, hotel):
    booking_cancel(booking_id=booking.pk, property_id=hotel.pk, by=SYSTEM)

    assert visitor.write("Why?").status_code == 201


def test_it_costs_as_much_for_many(visitor, django_assert_num_queries):
    visitor.write("a")
    with django_assert_num_queries(4):
        visitor.get()
    for _ in range(5):
        visitor.write("b")

    with django_assert_num_queries(4):
        assert len(visitor.get().json()["data"]["messages"]) == 6
