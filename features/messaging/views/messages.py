from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.messaging.following import messages_after
from bookyflow.messaging.reading import message_mark, unread_total
from bookyflow.messaging.selectors import conversation_opened
from bookyflow.messaging.services import conversation_start, message_reply
from features.messaging.contract import group, messaging
from features.messaging.serializers.inputs import (
    NewMessageIn,
    NewMessagesQuery,
    ReadStateIn,
    ReplyIn,
)
from features.messaging.serializers.outputs import (
    BegunOut,
    MessagesOfGroupOut,
    NewMessagesOut,
    ReadStateOut,
    UnreadCountOut,
    WrittenOut,
)
from features.messaging.views.base import MessagingView


class Messages(MessagingView):
    """What is written, and whether it is read."""

    @group(returns=MessagesOfGroupOut(), paged=True)
    def group_messages(self, request: Request, group_id: int, unread: bool) -> Response:  # noqa: FBT001  # of the path
        """List the messages of a conversation, oldest first, all or those that you have not read.

        Reading does not make them read. The counts are of the whole conversation.
        """
        opened = conversation_opened(group_id=group_id, viewer=self.viewer)
        messages = self.page(opened.messages(only_unread=unread))
        return self.reply(opened.shown(messages))

    @messaging(
        query=NewMessagesQuery,
        returns=NewMessagesOut(),
        waits=True,
        raises=("cursor_expired",),
    )
    def list_messages(self, request: Request) -> Response:
        """List new messages of all your conversations, in the order in which they appeared.

        Send `next` of an answer as `after` of the next call, also where there were no messages:
        nothing is missed. With `wait` the answer comes with the next message, or without one when
        the seconds are over. Your own are among them, with `is_read` 1. Messages of the last 90
        days are found here; `cursor_expired` (410): what is behind `after` is no longer kept.
        """
        return self.reply(self.wait_for(lambda: messages_after(viewer=self.viewer, **self.query)))

    @messaging(returns=UnreadCountOut())
    def unread_count(self, request: Request) -> Response:
        """Count the messages that you have not read, over all your conversations."""
        return self.reply({"unread_count": unread_total(reach=self.reach)})

    @messaging(
        body=NewMessageIn,
        returns=BegunOut(),
        raises=(
            "property_not_found",
            "guest_not_found",
            "booking_not_found",
            "conflict",
            "user_not_in_group",
            "too_many_messages",
        ),
    )
    def new_message(self, request: Request) -> Response:
        """Begin a conversation with a property, or go on with the one that you have.

        `message` is its first message. The whole team of the property takes part, as it is at any
        time. Who is of the team writes to a guest instead: `recipient_id` names the account of a
        guest of the property, `contract_uid` a booking, whose guest reads and answers with the
        booking's token: `GET` and `POST /booking/{reference}/messages`. `conflict`: you are of
        the team, and named no guest.
        """
        begun = conversation_start(
            beginning=self.input(NewMessageIn),
            reach=self.reach,
            by=self.actor,
            language=self.language_asked_for,
        )
        return self.reply(begun)

    @messaging(body=ReadStateIn, returns=ReadStateOut(), raises=("message_not_found",))
    def is_read(self, request: Request) -> Response:
        """Say that a message is read, or is not; for you, and this message alone.

        What you wrote yourself is always read.
        """
        message_mark(**self.body, reach=self.reach)
        return self.reply(self.body)

    @group(
        name="reply",
        body=ReplyIn,
        returns=WrittenOut(),
        raises=("user_not_in_group", "attachment_not_found", "too_many_messages"),
    )
    def reply_to_group(self, request: Request) -> Response:
        """Write into a conversation. What stands before is read by you then."""
        answer = self.input(ReplyIn)
        return self.reply(message_reply(answer=answer, reach=self.reach, by=self.actor))
