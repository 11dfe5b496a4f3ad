from __future__ import annotations

import pytest

from bookyflow.accounts.models import AccessLevel
from bookyflow.core.acting import Actor
from bookyflow.messaging.services import (
    Answer,
    Beginning,
    Words,
    conversation_start,
    message_reply,
)
from bookyflow.properties.selectors import Reach


@pytest.fixture
def ada(user_with_level):
    """A registered user."""
    return user_with_level(
        AccessLevel.REGISTERED, first_name="Ada", last_name="Example", email="ada@guest.example"
    )


def reach_of(user):
    """On whose behalf somebody writes."""
    return Reach(user.pk, user.access_level, key_id=0, all_properties=True, is_test=False)


def start(user, hotel, text="Hello.", **more):
    """Write to a hotel, or begin without words."""
    language = more.pop("language", "")
    beginning = Beginning(hotel.pk, Words(text) if text else None, **more)
    by = Actor(user.pk)
    return conversation_start(beginning=beginning, reach=reach_of(user), by=by, language=language)


def write(user, conversation_id, text="More."):
    """Write into a conversation."""
    answer = Answer(conversation_id, Words(text))
    return message_reply(answer=answer, reach=reach_of(user), by=Actor(user.pk))
