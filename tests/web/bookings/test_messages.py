"""Conversations with guests."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookyflow.accounts.models import AccessLevel
from bookyflow.core.acting import VISITOR
from bookyflow.messaging.models import Message
from bookyflow.messaging.services import Words, conversation_about, message_write
from tests.accounts.conftest import make_user
from tests.web.bookings.conftest import make_booking

PDF = b"%PDF-1.4\n%%EOF\n"


def wrote(booking, body: str) -> int:
    """The guest writes; returns the conversation's id."""
    conversation = conversation_about(booking)
    message_write(conversation, Words(body), user_id=None, is_by_team=False, by=VISITOR)
    return conversation.pk


@pytest.fixture
def conversation(url, booking) -> str:
    return f"{url}/messages/{wrote(booking, 'Is there a lift?')}"


def test_what_is_new_is_marked_until_it_is_opened(desk, url, conversation):
    page = desk.get(f"{url}/messages").content.decode()
    assert "1 new" in page
    assert "Is there a lift?" in page

    opened = desk.get(conversation).content.decode()
    assert "Ada Lovelace" in opened
    assert "Is there a lift?" in opened
    assert "1 new" not in desk.get(f"{url}/messages").content.decode()


def test_each_of_the_team_reads_for_oneself(desk, signed_in, url, conversation):
    desk.get(conversation)
    assert "1 new" in signed_in.get(f"{url}/messages").content.decode()


def test_an_answer_is_written(desk, conversation, booking):
    desk.post(conversation, {"body": "Yes, there is.", "subject": "The lift"})
    message = Message.objects.latest("pk")
    assert (message.body, message.is_by_team) == ("Yes, there is.", True)
    assert "Yes, there is." in desk.get(conversation).content.decode()


def test_an_answer_at_fault(desk, conversation):
    for sent in ({}, {"body": "  "}, {"body": "x" * 5001}, {"body": "a", "subject": "x" * 300}):
        answer = desk.post(conversation, sent)
        assert answer.status_code == 400, sent
    page = SimpleUploadedFile("page.html", b"<script>")
    assert desk.post(conversation, {"body": "", "file": page}).status_code == 400
    assert Message.objects.count() == 1


def test_a_file_is_sent_and_read(desk, stranger, url, conversation):
    desk.post(conversation, {"file": SimpleUploadedFile("way.pdf", PDF)})
    attachment = Message.objects.latest("pk").attachment
    file = f"{url}/messages/files/{attachment.pk}"
    assert file in desk.get(conversation).content.decode()
    answer = desk.get(file)
    assert (answer.content, answer["Content-Type"]) == (PDF, "application/octet-stream")
    assert "attachment" in answer["Content-Disposition"]
    assert stranger.get(file).status_code == 404


def test_the_page_of_a_booking_writes_too(desk, url, at, booking):
    desk.post(f"{at}/messages", {"body": "Welcome!"})
    assert "Welcome!" in desk.get(at).content.decode()
    assert desk.post(f"{at}/messages", {"body": ""}).status_code == 400


def test_what_guests_write_is_text(desk, url, booking):
    wrote(booking, "<script>alert(1)</script>")
    assert "<script>alert" not in desk.get(f"{url}/messages").content.decode()


def test_no_messages_yet(desk, url):
    assert "No messages yet" in desk.get(f"{url}/messages").content.decode()


def test_a_super_manager_reads_those_of_one_house(url, conversation, house, manager):
    sara = make_user("sara", AccessLevel.SUPER_MANAGER)
    client = Client()
    client.force_login(sara)
    assert client.get(conversation).status_code == 200


def test_the_list_asks_the_database_the_same_for_every_length(
    desk, url, house, conversation, actor
):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            desk.get(f"{url}/messages")
        return len(found)

    desk.get(f"{url}/messages")  # the session remembers the house from then on
    before = queries()
    for start in range(10, 30, 2):
        wrote(make_booking(house, actor, start=start), "Hello")
    assert queries() == before
