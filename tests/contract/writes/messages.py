"""What guests and the team of a property write to each other."""

from __future__ import annotations

from functools import partial

from bookyflow.messaging.models import Conversation
from bookyflow.messaging.services import (
    Answer,
    Beginning,
    Words,
    conversation_start,
    message_reply,
    message_write,
)
from bookyflow.properties.selectors import Reach
from tests.contract.writes import World, write


def reach(w: World) -> Reach:
    level = w.manager.access_level
    return Reach(w.manager.pk, level, key_id=5, all_properties=True, is_test=False)


@write(conversation_start, "message_created")
def _(w: World):
    ours = Beginning(w.hotel.pk, Words("Welcome!"))
    w.hotel.staff.all().delete()
    yield partial(conversation_start, beginning=ours, reach=reach(w), by=w.by)
    unknown = Beginning(w.hotel.pk + 1, Words("Welcome!"))
    yield partial(conversation_start, beginning=unknown, reach=reach(w), by=w.by)
    silent = Beginning(w.hotel.pk)
    yield partial(conversation_start, beginning=silent, reach=reach(w), by=w.by)


@write(message_reply, "message_created")
def _(w: World):
    conversation = Conversation.objects.create(property=w.hotel, user=w.stranger)
    answer = Answer(conversation.pk, Words("Yes."))
    yield partial(message_reply, answer=answer, reach=reach(w), by=w.by)
    answer = Answer(conversation.pk + 1, Words("Yes."))
    yield partial(message_reply, answer=answer, reach=reach(w), by=w.by)


@write(message_write, "message_created")
def _(w: World):
    conversation = Conversation.objects.create(property=w.hotel, user=w.stranger)
    yield partial(
        message_write, conversation, Words("Yes."), user_id=w.manager.pk, is_by_team=True, by=w.by
    )
