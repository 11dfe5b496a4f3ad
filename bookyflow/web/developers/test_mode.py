"""Test mode: a property to try a client against, a key for it, and what was tried already."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookyflow.accounts.models import AccessLevel, KeyPair
from bookyflow.accounts.selectors import key_pair_list
from bookyflow.accounts.services import key_pair_create
from bookyflow.core.errors import DomainError
from bookyflow.demo.checklist import checklist
from bookyflow.demo.sandbox import MOST, sandbox_properties, sandbox_property_make
from bookyflow.plugins import registry
from bookyflow.web.developers.forms import DEFAULT_DAYS
from bookyflow.web.developers.presets import EVERYTHING, preset_scopes
from bookyflow.web.developers.secrets import secret_shown
from bookyflow.web.numbers import whole_number
from bookyflow.web.pages import actor_of, fresh_sign_in, own_page, problems_of, staff_page, user_of


@own_page
@require_safe
def test_mode(request: HttpRequest) -> HttpResponse:
    """The account's test properties and test keys."""
    user = user_of(request)
    properties = list(sandbox_properties(user)[: MOST + 1])
    keys = [key for key in key_pair_list(owner=user) if key.is_test and not key.revoked_at]
    context = {
        "properties": properties,
        "keys": keys,
        "may_make": user.access_level >= AccessLevel.MANAGER and len(properties) < MOST,
        "now": timezone.now(),
    }
    return render(request, "web/developers/test_mode.html", context)


@staff_page(AccessLevel.MANAGER)
@require_POST
@fresh_sign_in
def test_start(request: HttpRequest) -> HttpResponse:
    """Make a test property and, where it is wanted, a test key, whose secret is shown once."""
    with_key = request.POST.get("key") == "yes"
    known = whole_number(request.POST.get("known", ""))
    try:
        name, made = _start(request, known=-1 if known is None else known, key=with_key)
    except DomainError as error:
        for problem in problems_of(error):
            messages.warning(request, problem)
        return redirect("web:test_mode")
    messages.success(request, _("“%(name)s” is ready.") % {"name": name})
    if made is None:
        return redirect("web:test_mode")
    return secret_shown(request, *made, title=_("Your test key is ready"))


@own_page
@require_safe
def key_checklist(request: HttpRequest, key_id: int) -> HttpResponse:
    """What a test key has tried out, and what is left before a live key is given out."""
    keys = key_pair_list(owner=user_of(request)).filter(is_test=True)
    key = get_object_or_404(keys, pk=key_id)
    steps = checklist(key)
    done = sum(step.seen_at is not None for step in steps)
    context = {"key": key, "steps": steps, "done": done, "left": len(steps) - done}
    return render(request, "web/developers/checklist.html", context)


@transaction.atomic
def _start(
    request: HttpRequest, *, known: int, key: bool
) -> tuple[str, tuple[KeyPair, str] | None]:
    owner = user_of(request)
    prop = sandbox_property_make(owner=owner, known=known)
    if not key:
        return prop.name, None
    grantable = registry.grantable(owner.access_level, registry.enabled())
    made = key_pair_create(
        owner=owner,
        label=_("Test client"),
        scopes=preset_scopes(EVERYTHING, grantable),
        by=actor_of(request),
        is_test=True,
        expires_at=timezone.now() + timedelta(days=DEFAULT_DAYS),
    )
    return prop.name, made
