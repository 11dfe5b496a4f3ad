from __future__ import annotations

from django.urls import path

from features.booking.messages.views import BookingMessages

urlpatterns = [
    path(
        "<reference:reference>/messages",
        BookingMessages.as_view({"get": "list_messages", "post": "write_message"}),
    ),
    path(
        "<reference:reference>/attachments/<uid:attachment_id>",
        BookingMessages.as_view({"get": "read_attachment"}),
    ),
]
