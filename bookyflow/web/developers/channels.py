"""Channels: what they are linked to, when they last called, and what they have not taken over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bookyflow.accounts.models import AccessLevel
from bookyflow.api.models import RequestLog
from bookyflow.api.selectors import RequestsWanted, latest_calls_through, requests_found
from bookyflow.channels.models import Channel
from bookyflow.channels.revisions import Backlog, backlogs, revisions_waiting
from bookyflow.channels.watching import (
    channels_seen,
    links_of,
    maps_of,
    references_counted,
)
from bookyflow.web.pages import staff_page, user_of

SHOWN = 50
WAITING, CALLS = 20, 10


@dataclass(frozen=True)
class Row:
    """A channel with its last call and what it has not acknowledged; None: it never did any."""

    channel: Channel
    call: RequestLog | None
    backlog: Backlog | None


@staff_page(AccessLevel.MANAGER)
@require_safe
def channel_index(request: HttpRequest) -> HttpResponse:
    """The channels of the account; for super managers all."""
    found = channels_seen(viewer=user_of(request))
    page = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    context = {
        "listed": page,
        "rows": _rows(list(page.object_list)),
        "is_super": user_of(request).is_super_manager,
    }
    return render(request, "web/developers/channels.html", context)


@staff_page(AccessLevel.MANAGER)
@require_safe
def channel_detail(request: HttpRequest, channel_id: int) -> HttpResponse:
    """One channel: its properties, mappings, calls, and what waits to be acknowledged."""
    viewer = user_of(request)
    channel = get_object_or_404(channels_seen(viewer=viewer), pk=channel_id)
    links = links_of(channel_id=channel_id)
    page = Paginator(links, SHOWN).get_page(request.GET.get("page"))
    calls = requests_found(viewer=viewer, wanted=RequestsWanted(channel_id=channel_id))
    context: dict[str, Any] = {
        "row": _rows([channel])[0],
        "listed": page,
        "references": references_counted(channel_id=channel_id),
        "maps": maps_of(channel_id=channel_id),
        "waiting": revisions_waiting(channel_id=channel_id, limit=WAITING),
        "calls": calls[:CALLS],
    }
    return render(request, "web/developers/channel.html", context)


def _rows(channels: list[Channel]) -> list[Row]:
    ids = [one.pk for one in channels]
    calls, waiting = latest_calls_through(channel_ids=ids), backlogs(channel_ids=ids)
    return [Row(one, calls.get(one.pk), waiting.get(one.pk)) for one in channels]
