"""The log of calls: what clients have asked for, and how it ended."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bookyflow.accounts.models import KeyPair, User
from bookyflow.accounts.selectors import key_pairs_seen
from bookyflow.api.models import RequestLog
from bookyflow.api.selectors import request_list, requests_found
from bookyflow.channels.models import Channel
from bookyflow.events.selectors import events_by_key
from bookyflow.web.developers.curl import curl_of
from bookyflow.web.developers.filters import RequestFilter, keep_of
from bookyflow.web.numbers import whole_number
from bookyflow.web.pages import own_page, user_of

SHOWN = 50


@own_page
@require_safe
def request_log(request: HttpRequest) -> HttpResponse:
    """The calls of the account's key pairs, the newest first."""
    keys = list(key_pairs_seen(viewer=user_of(request)))
    form = RequestFilter(request.GET, keys=keys)
    found: list[RequestLog] = []
    if form.is_valid():
        before = whole_number(request.GET.get("before", ""))
        calls = requests_found(viewer=user_of(request), wanted=form.wanted(), before=before)
        found = list(calls[: SHOWN + 1])
    context = {
        "form": form,
        "calls": _shown(found[:SHOWN], keys),
        "keep": keep_of(request, without="before"),
        "older": found[SHOWN - 1].pk if len(found) > SHOWN else None,
        "is_filtered": form.is_filtered,
        "days": settings.REQUEST_LOG_DAYS,
        "has_keys": bool(keys),
    }
    return render(request, "web/developers/requests.html", context, status=form.http_status)


@own_page
@require_safe
def request_detail(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One call: who made it, how it ended, what it wrote, and how to make it again."""
    entry = get_object_or_404(request_list(viewer=user_of(request)), pk=entry_id)
    key = KeyPair.objects.filter(pk=entry.key_id or 0).first()
    channel = Channel.objects.filter(pk=entry.channel_id or 0).first()
    url = request.build_absolute_uri("/")
    context = {
        "entry": entry,
        "key": key,
        "is_own": key is not None and key.user_id == user_of(request).pk,
        "channel": channel,
        "people": User.objects.in_bulk([pk for pk in (entry.user_id, entry.proxied_by) if pk]),
        "reason": _reason(entry.status),
        "events": events_by_key(key_id=entry.key_id, at=entry.at, took=entry.duration_ms),
        "curl": curl_of(entry, url=url, key=key, channel=channel.name if channel else ""),
    }
    return render(request, "web/developers/request.html", context)


def _shown(calls: list[RequestLog], keys: list[KeyPair]) -> list[dict[str, Any]]:
    """Calls with the names of their key pairs."""
    names = {key.pk: key for key in keys}
    return [{"entry": one, "key": names.get(one.key_id or 0)} for one in calls]


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
