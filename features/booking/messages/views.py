from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.messaging.guests import visitor_attachment, visitor_conversation, visitor_write
from features.booking.messages.serializers import GuestMessageIn, GuestMessageOut
from features.booking.views import visit

FOUND = ("booking_not_found",)
message = partial(visit, booking_token=True)


class BookingMessages(FeatureViewSet):
    """What the guest of a booking and the property write to each other."""

    @message(key="messages", returns=GuestMessageOut(many=True), paged=True, raises=FOUND)
    def list_messages(self, request: Request, reference: str) -> Response:
        """List what you and the property have written to each other about a booking.

        Oldest first. A wrong token is answered like an unknown reference.
        """
        conversation = visitor_conversation(reference=reference, token=self.booking_token)
        return self.reply(conversation.shown(self.page(conversation.messages())))

    @message(
        key="message",
        body=GuestMessageIn,
        returns=GuestMessageOut(),
        status=201,
        raises=(*FOUND, "too_many_messages"),
    )
    def write_message(self, request: Request, reference: str) -> Response:
        """Write to the property about a booking, as its guest.

        The property answers here; a mail tells of what you have not answered.
        """
        words = self.input(GuestMessageIn)
        return self.reply(visitor_write(reference=reference, token=self.booking_token, words=words))

    @message(
        key="file",
        returns=serializers.CharField(),
        media="application/octet-stream",
        raises=(*FOUND, "attachment_not_found"),
    )
    def read_attachment(self, request: Request, reference: str, attachment_id: int) -> HttpResponse:
        """Read a file that the property has sent about a booking, to be stored."""
        file = visitor_attachment(
            reference=reference, token=self.booking_token, attachment_id=attachment_id
        )
        return self.reply_file(file.content, headers=file.to_be_stored)
