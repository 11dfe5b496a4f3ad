from __future__ import annotations

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.messaging.attachments import LARGEST_FILE, attachment_add, attachment_file
from features.messaging.contract import group, messaging
from features.messaging.serializers.inputs import AttachmentIn
from features.messaging.serializers.outputs import AttachmentOut
from features.messaging.views.base import MessagingView


class Attachments(MessagingView):
    """Files that go with messages."""

    @group(
        body=AttachmentIn,
        body_limit=LARGEST_FILE + 64 * 1024,
        returns=AttachmentOut(),
        status=201,
        raises=("user_not_in_group", "attachment_invalid", "too_many_messages"),
    )
    def add_attachment(self, request: Request, group_id: int) -> Response:
        """Add a file to a conversation: a picture or a PDF of at most 5 MB.

        It is kept encrypted, and nobody else sees it until it is sent: name its id in `reply`,
        within a day.
        """
        file = self.body["file"]
        added = attachment_add(group_id=group_id, file=file, name=file.name, reach=self.reach)
        return self.reply(added)

    @messaging(
        returns=serializers.CharField(),
        media="application/octet-stream",
        raises=("attachment_not_found",),
    )
    def read_attachment(self, request: Request, attachment_id: int) -> HttpResponse:
        """Read a file that came with a message, as it was sent.

        Whatever it is, it comes as bytes to be stored: `attachment` of its message has its name
        and media type. Somebody else sent it, so handle it with the care of such files.
        """
        file = attachment_file(attachment_id=attachment_id, reach=self.reach)
        return self.reply_file(file.content, headers=file.to_be_stored)
