"""Somebody who writes to the hotel, and the hotel's people."""

from __future__ import annotations

import pytest

from bookyflow.accounts.models import AccessLevel
from bookyflow.messaging.models import Message

BASE = "/bookyflow/api/messaging"


def answered(response, status=200):
    """What lies under `response` in a success."""
    assert response.status_code == status, response.content
    return response.json()["data"]["response"]


@pytest.fixture
def ada(user_with_level):
    """A registered user."""
    return user_with_level(
        AccessLevel.REGISTERED, username="ada", first_name="Ada", last_name="Example",
        email="ada@guest.example",
    )  # fmt: skip


@pytest.fixture
def guest(client_for, ada):
    """Her client."""
    return client_for("messaging", user=ada)


@pytest.fixture
def host(client_for, manager):
    """The manager's client."""
    manager.first_name, manager.last_name = "Grace", "Host"
    manager.save()
    return client_for("messaging")


@pytest.fixture
def begin(guest, hotel):
    """Have Ada write her first message; the conversation's id."""

    def write(text="Is there a car park?", client=guest, **more):
        body = {"property_id": hotel.pk, "message": text} | more
        return answered(client.post(f"{BASE}/new_message", body))["group_id"]

    return write


def reply(client, group_id, text="Yes.", **more):
    """Write into a conversation; the message's id."""
    body = {"group_id": group_id, "message_body": text} | more
    return answered(client.put(f"{BASE}/reply", body))["message_id"]


def read(client, group_id, unread=0):
    """A conversation as somebody sees it."""
    return answered(client.get(f"{BASE}/group/messages/{group_id}/{unread}"))["messages"]


def bodies(client, group_id, unread=0):
    """The texts of a conversation."""
    return [one["message_body"] for one in read(client, group_id, unread)["messages"]]


def unread(client):
    """How many messages somebody has not read."""
    return answered(client.get(f"{BASE}/unread_count"))["unread_count"]


def mark(client, message_id, state=1):
    """Say that a message is read or not."""
    return client.put(f"{BASE}/is_read", {"message_id": message_id, "is_read": state})


def last_id():
    """The id of the newest message."""
    return Message.objects.latest("pk").pk
