"""What guests and the property write to each other."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookyflow.core.errors import DomainError
from bookyflow.messaging.attachments import attachment_add, attachment_file
from bookyflow.messaging.models import Conversation
from bookyflow.messaging.reading import conversation_read
from bookyflow.messaging.selectors import (
    Viewer,
    conversation_list,
    conversation_opened,
    conversations_shown,
)
from bookyflow.messaging.services import Answer, Words, message_reply
from bookyflow.properties.models import Property
from bookyflow.web.listing import listed
from bookyflow.web.messages.forms import ReplyForm
from bookyflow.web.pages import actor_of, form_methods, guest_data_read, property_page, reach_of

PER_PAGE = 25
MOST_SHOWN = 200  # messages of a conversation on its page, the latest


@property_page()
@require_safe
def conversations(request: HttpRequest, prop: Property) -> HttpResponse:
    """The conversations of a property, the one with the newest message first."""
    return render(request, "web/messages/list.html", conversations_list(request, prop))


def conversations_list(request: HttpRequest, prop: Property) -> dict[str, Any]:
    """What the list shows: here names of guests and their messages are read."""
    reach = reach_of(request, prop)
    found = conversation_list(reach=reach).filter(property=prop)
    page = listed(request, found, per_page=PER_PAGE)
    viewer = Viewer(reach, sees_guests=True)
    shown = conversations_shown(list(page["listed"]), viewer=viewer)
    guest_data_read(
        request, prop, [one.booking.guest_id for one in page["listed"] if one.booking is not None]
    )
    return {"prop": prop, "shown": list(shown.values()), **page}


@property_page()
@form_methods
def conversation(request: HttpRequest, prop: Property, conversation_id: int) -> HttpResponse:
    """One conversation; opening it makes its messages read, and an answer is written below."""
    form = ReplyForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    shown = conversation_shown(request, prop, conversation_id)
    if form.is_valid():
        try:
            _reply(request, prop, conversation_id, form)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("The message is sent."))
            return redirect("web:conversation", prop.pk, conversation_id)
    elif request.method == "GET":
        conversation_read(group_id=conversation_id, reach=reach_of(request, prop))
    return render(
        request, "web/messages/conversation.html", shown | {"form": form}, status=form.http_status
    )


def conversation_shown(
    request: HttpRequest, prop: Property, conversation_id: int
) -> dict[str, Any]:
    """What the page shows: here the messages are read. Raises Http404."""
    viewer = Viewer(reach_of(request, prop), sees_guests=True)
    try:
        opened = conversation_opened(group_id=conversation_id, viewer=viewer)
    except DomainError:
        raise Http404 from None
    found: Conversation = opened.conversation
    if found.property_id != prop.pk:
        raise Http404
    guest_data_read(request, prop, [found.booking.guest_id if found.booking else None])
    latest = list(opened.messages().reverse()[:MOST_SHOWN])
    return {"prop": prop, "conversation": found, "shown": opened.shown(reversed(latest))}


@property_page()
@require_safe
def attachment(request: HttpRequest, prop: Property, attachment_id: int) -> HttpResponse:
    """A file that came with a message, to be stored."""
    try:
        file = attachment_file(attachment_id=attachment_id, reach=reach_of(request, prop))
    except DomainError:
        raise Http404 from None
    return HttpResponse(
        file.content, content_type="application/octet-stream", headers=file.to_be_stored
    )


def _reply(request: HttpRequest, prop: Property, conversation_id: int, form: ReplyForm) -> None:
    reach = reach_of(request, prop)
    file = form.cleaned_data["file"]
    added = (
        attachment_add(group_id=conversation_id, file=file, name=file.name, reach=reach)
        if file
        else None
    )
    words = Words(
        form.cleaned_data["body"], form.cleaned_data["subject"], added.pk if added else None
    )
    message_reply(answer=Answer(conversation_id, words), reach=reach, by=actor_of(request))
