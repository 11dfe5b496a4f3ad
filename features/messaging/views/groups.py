from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.messaging.selectors import (
    conversation_found,
    conversation_list,
    conversations_shown,
    member_list,
)
from bookyflow.messaging.services import conversation_leave
from features.messaging.contract import group, messaging
from features.messaging.serializers.outputs import (
    AllGroupsOut,
    GroupMembersOut,
    PropertyGroupOut,
)
from features.messaging.views.base import MessagingView


class Groups(MessagingView):
    """Conversations, and who takes part in them."""

    @messaging(returns=PropertyGroupOut())
    def property_group(self, request: Request, property_uid: int) -> Response:
        """Find the conversation that you have with a property, to go on with it.

        There is one at most. Conversations of guests with a property that you manage are not
        looked for: `all_groups` has those.
        """
        found = conversation_found(property_id=property_uid, reach=self.reach)
        return self.reply({"group": found})

    @messaging(returns=AllGroupsOut(), paged=True)
    def all_groups(self, request: Request) -> Response:
        """List your conversations with their messages, the one with the newest message first.

        Those that you began, and all of the properties that you manage now, also what was written
        before you did. Of each at most the latest 100 messages come, and of all together 5,000;
        `GET /messaging/group/messages` has the rest, and `GET /messaging/messages` what is new.
        """
        conversations = self.page(conversation_list(reach=self.reach))
        shown = conversations_shown(conversations, viewer=self.viewer)
        return self.reply({"messages_by_group": shown})

    @group(returns=GroupMembersOut())
    def group_members(self, request: Request, group_id: int) -> Response:
        """List who takes part in a conversation, without those who have left.

        Who began it, and the property's team as it is now.
        """
        found = member_list(group_id=group_id, reach=self.reach)
        return self.reply({"members": {one.user.pk: one for one in found}})

    @group(returns=serializers.BooleanField(help_text="True."))
    def leave_group(self, request: Request, group_id: int) -> Response:
        """Leave a conversation: it is shown no more, counts no more and causes no mails.

        For you alone, and until you write into it again, which is the way back. Leaving twice is
        leaving once.
        """
        conversation_leave(group_id=group_id, reach=self.reach)
        return self.reply(True)  # noqa: FBT003  # the whole answer
