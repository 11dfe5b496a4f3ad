from __future__ import annotations

from django.urls import path

from bookyflow.web.messages import views

ALL = "p/<int:property_id>/messages"

urlpatterns = [
    path(ALL, views.conversations, name="messages"),
    path(f"{ALL}/<int:conversation_id>", views.conversation, name="conversation"),
    path(f"{ALL}/files/<int:attachment_id>", views.attachment, name="attachment"),
]
