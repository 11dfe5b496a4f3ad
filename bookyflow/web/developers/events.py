"""What happened at a property, and who did it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from bookyflow.accounts.models import AccessLevel, KeyPair, User
from bookyflow.channels.models import Channel
from bookyflow.core.acting import ActorKind
from bookyflow.events.added import kind_of
from bookyflow.events.selectors import KEPT, Logged, event_log
from bookyflow.properties.access import staff_of
from bookyflow.properties.models import Property
from bookyflow.web.developers.filters import EventFilter, keep_of
from bookyflow.web.numbers import whole_number
from bookyflow.web.pages import frame_of, property_page, staff_page
from bookyflow.webhooks.payload import details_of

SHOWN = 50


@dataclass(frozen=True)
class Row:
    """An event as the page tells it: what, about what, who by which means, and what else."""

    logged: Logged
    text: str
    who: str
    means: str
    details: dict[str, object]


@staff_page(AccessLevel.MANAGER)
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """The events of the property that the account works on."""
    prop = frame_of(request).prop
    if prop is not None:
        return redirect("web:property_events", prop.pk)
    return render(request, "web/developers/no_events.html")


@property_page(AccessLevel.MANAGER)
@require_safe
def property_events(request: HttpRequest, prop: Property) -> HttpResponse:
    """The events of a property, the newest first."""
    staff = list(staff_of(property_id=prop.pk))
    form = EventFilter(request.GET, staff=staff, zone=prop.settings.zone())
    found: list[Logged] = []
    if form.is_valid():
        before = whole_number(request.GET.get("before", ""))
        found = event_log(property_id=prop.pk, wanted=form.wanted(), limit=SHOWN + 1, before=before)
    context = {
        "prop": prop,
        "form": form,
        "rows": _rows(found[:SHOWN]),
        "keep": keep_of(request, without="before"),
        "older": found[SHOWN - 1].item.position if len(found) > SHOWN else None,
        "days": KEPT.days,
    }
    return render(request, "web/developers/events.html", context, status=form.http_status)


def _rows(found: Sequence[Logged]) -> list[Row]:
    """Events with the names of who and what did them; three queries."""
    people = User.objects.in_bulk({one.item.user_id for one in found if one.item.user_id})
    keys = KeyPair.objects.in_bulk({one.key_id for one in found if one.key_id})
    channels = Channel.objects.in_bulk(
        {one.item.channel_id for one in found if one.item.channel_id}
    )
    return [
        Row(
            one,
            str(kind_of(one.item.kind).label),
            _who(one, people),
            _means(keys.get(one.key_id or 0), channels.get(one.item.channel_id or 0)),
            details_of(one.item),
        )
        for one in found
    ]


def _who(one: Logged, people: dict[int, User]) -> str:
    """The name of an account; "" for one that is gone, and the kind of anybody else."""
    if one.item.actor_kind != ActorKind.USER:
        return ""
    user = people.get(one.item.user_id or 0)
    return user.get_full_name() or user.username if user else f"#{one.item.user_id}"


def _means(key: KeyPair | None, channel: Channel | None) -> str:
    names = [key.name or key.client_id] if key else []
    return " · ".join([*names, channel.friendly_name] if channel else names)
