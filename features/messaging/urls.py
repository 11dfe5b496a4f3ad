from __future__ import annotations

from django.urls import path

from features.messaging.views.attachments import Attachments
from features.messaging.views.groups import Groups
from features.messaging.views.messages import Messages

urlpatterns = [
    path("property/group/<uid:property_uid>", Groups.as_view({"get": "property_group"})),
    path("all_groups", Groups.as_view({"get": "all_groups"})),
    path(
        "group/messages/<uid:group_id>/<flag:unread>", Messages.as_view({"get": "group_messages"})
    ),
    path("group/members/<uid:group_id>", Groups.as_view({"get": "group_members"})),
    path("messages", Messages.as_view({"get": "list_messages"})),
    path("unread_count", Messages.as_view({"get": "unread_count"})),
    path("new_message", Messages.as_view({"post": "new_message"})),
    path("leave_group/<uid:group_id>", Groups.as_view({"put": "leave_group"})),
    path("is_read", Messages.as_view({"put": "is_read"})),
    path("reply", Messages.as_view({"put": "reply_to_group"})),
    path("group/attachments/<uid:group_id>", Attachments.as_view({"post": "add_attachment"})),
    path("attachments/<uid:attachment_id>", Attachments.as_view({"get": "read_attachment"})),
]
