"""Where developers begin."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bookyflow.accounts.selectors import key_pair_list
from bookyflow.api.selectors import FAILED, REFUSED, RequestsWanted, calls_of_keys, requests_found
from bookyflow.demo.sandbox import sandbox_properties
from bookyflow.web.pages import own_page, user_of
from bookyflow.webhooks.selectors import webhooks_unwell

RECENT = timedelta(days=1)
SHOWN = 8


@own_page
@require_safe
def developers(request: HttpRequest) -> HttpResponse:
    """Key pairs in use, calls of the last day, and what went wrong lately."""
    user = user_of(request)
    since = timezone.now() - RECENT
    keys = list(key_pair_list(owner=user))
    live = [key for key in keys if key.is_live]
    calls = calls_of_keys(key_ids=[key.pk for key in keys], since=since)
    wrong = RequestsWanted(statuses=range(REFUSED.start, FAILED.stop), since=since)
    context = {
        "keys": live,
        "calls": sum(one.calls for one in calls.values()),
        "wrong": sum(one.wrong for one in calls.values()),
        "webhooks": webhooks_unwell(owner_id=user.pk),
        "has_test": sandbox_properties(user).exists(),
        "failures": requests_found(viewer=user, wanted=wrong)[:SHOWN],
    }
    return render(request, "web/developers/overview.html", context)
