from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from bookyflow.accounts.models import KeyPair
from bookyflow.accounts.selectors import (
    WORKING,
    key_pair_list,
    key_pairs_wanted,
    key_secret_list,
)
from bookyflow.accounts.services import (
    SAME,
    key_pair_change,
    key_pair_create,
    key_pair_revoke,
    key_secret_add,
    key_secret_retire,
)
from bookyflow.api.selectors import calls_of_keys, latest_addresses
from bookyflow.core.errors import DomainError
from bookyflow.properties.access import key_properties_set
from bookyflow.web.developers.filters import KeyFilter, keep_of
from bookyflow.web.developers.forms import (
    KeyPairForm,
    NewKeyPairForm,
    RetireSecretForm,
    proposed_key,
)
from bookyflow.web.developers.picker import scope_labels
from bookyflow.web.developers.presets import presets_shown
from bookyflow.web.developers.secrets import secret_shown
from bookyflow.web.numbers import whole_number
from bookyflow.web.pages import (
    actor_of,
    form_methods,
    fresh_sign_in,
    fresh_to_send,
    own_page,
    problems_of,
    user_of,
)

SHOWN = 50
RECENT = timedelta(days=7)


@own_page
@require_safe
def key_list(request: HttpRequest) -> HttpResponse:
    """The account's own key pairs, with a search; revoked ones apart."""
    owner = user_of(request)
    form = KeyFilter(request.GET)
    found = key_pair_list(owner=owner)
    if form.is_valid():
        found = key_pairs_wanted(
            found, text=form.cleaned_data["text"], state=form.cleaned_data["state"] or WORKING
        )
    page = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "listed": page,
        "keys": _rows(list(page.object_list)),
        "keep": keep_of(request, without="page"),
        "has_any": bool(page) or key_pair_list(owner=owner).exists(),
        "now": timezone.now(),
    }
    return render(request, "web/developers/keys.html", context, status=form.http_status)


@own_page
@form_methods
@fresh_to_send
def key_new(request: HttpRequest) -> HttpResponse:
    """Make a key pair. The answer to the form shows the secret, for the only time."""
    owner = user_of(request)
    form = _new_form(request)
    context = {"form": form, "presets": presets_shown(), "preset": request.GET.get("preset", "")}
    context["is_first_test"] = not any(prop.is_test for prop in form.reachable)
    if not form.is_valid():
        return render(request, "web/developers/key_new.html", context, status=form.http_status)
    try:
        key, secret = _create(request, form)
    except DomainError as error:
        made = key_pair_list(owner=owner).filter(client_id=form.client_id).first()
        if made is not None:
            return _sent_twice(request, made)
        form.refuse(error)
        return render(request, "web/developers/key_new.html", context, status=error.kind.status)
    return secret_shown(request, key, secret, title=gettext("Your key pair is ready"))


@own_page
@form_methods
def key_detail(request: HttpRequest, key_id: int) -> HttpResponse:
    """One key pair with its secrets, and the form that changes it."""
    key = _own_key(request, key_id)
    form = KeyPairForm(
        request.POST if request.method == "POST" else None, owner=user_of(request), key=key
    )
    if not form.is_valid():
        return _detail(request, key, form, status=form.http_status)
    try:
        _change(request, key, form)
    except DomainError as error:
        form.refuse(error)
        return _detail(request, key, form, status=error.kind.status)
    told = gettext("The key pair is changed. It counts from the next request.")
    messages.success(request, told)
    return redirect("web:key", key.pk)


@own_page
@form_methods
def key_revoke(request: HttpRequest, key_id: int) -> HttpResponse:
    """Ask, then revoke."""
    key = _own_key(request, key_id)
    if request.method != "POST":
        return render(request, "web/developers/key_revoke.html", {"key": key})
    key_pair_revoke(key=key, by=actor_of(request))
    told = gettext("“%(name)s” is revoked. Its next request will be refused.")
    messages.success(request, told % {"name": key.name})
    return redirect("web:key", key.pk)


@own_page
@require_POST
@fresh_sign_in
def secret_add(request: HttpRequest, key_id: int) -> HttpResponse:
    """Make one more secret and show it, for the only time."""
    key = _own_key(request, key_id)
    seen = whole_number(request.POST.get("newest_seen", "")) or 0
    try:
        _, secret = key_secret_add(key=key, by=actor_of(request), newest_seen=seen)
    except DomainError as error:
        for problem in problems_of(error):
            messages.error(request, problem)
        return redirect("web:key", key.pk)
    return secret_shown(request, key, secret, title=gettext("Your new secret is ready"))


@own_page
@form_methods
def secret_retire(request: HttpRequest, key_id: int, secret_id: int) -> HttpResponse:
    """Ask when, then let a secret end."""
    key = _own_key(request, key_id)
    secret = get_object_or_404(key_secret_list(key=key), pk=secret_id)
    form = RetireSecretForm(request.POST if request.method == "POST" else None)
    context = {"key": key, "secret": secret, "form": form}
    if not form.is_valid():
        return render(
            request, "web/developers/secret_retire.html", context, status=form.http_status
        )
    try:
        key_secret_retire(
            secret=secret,
            by=actor_of(request),
            at=form.ends_at(),
            end_tokens=form.cleaned_data["end_tokens"],
        )
    except DomainError as error:
        form.add_error(None, problems_of(error))
        return render(
            request, "web/developers/secret_retire.html", context, status=error.kind.status
        )
    told = gettext("The secret ending in %(hint)s is retired.")
    messages.success(request, told % {"hint": secret.hint})
    return redirect("web:key", key.pk)


def _new_form(request: HttpRequest) -> NewKeyPairForm:
    owner = user_of(request)
    if request.method == "POST":
        return NewKeyPairForm(request.POST, owner=owner)
    asked = whole_number(request.GET.get("like", ""))
    like = key_pair_list(owner=owner).filter(pk=asked).first() if asked else None
    given = proposed_key(
        owner=owner,
        like=like,
        preset=request.GET.get("preset", ""),
        mode=request.GET.get("mode", ""),
    )
    return NewKeyPairForm(owner=owner, initial=given)


def _rows(keys: list[KeyPair]) -> list[dict[str, Any]]:
    """Key pairs with the words for their scopes, and from where they were last used."""
    addresses = latest_addresses(key_ids=[key.pk for key in keys])
    return [
        {"key": key, "labels": scope_labels(key.granted_scopes), "address": addresses.get(key.pk)}
        for key in keys
    ]


def _own_key(request: HttpRequest, key_id: int) -> KeyPair:
    return get_object_or_404(key_pair_list(owner=user_of(request)), pk=key_id)


@transaction.atomic
def _create(request: HttpRequest, form: NewKeyPairForm) -> tuple[KeyPair, str]:
    wanted = form.properties_wanted()
    key, secret = key_pair_create(
        owner=user_of(request),
        label=form.cleaned_data["label"],
        scopes=form.cleaned_data["scopes"],
        by=actor_of(request),
        is_test=form.cleaned_data["mode"] == "test",
        all_properties=wanted is None,
        allowed_networks=form.cleaned_data["allowed_networks"],
        expires_at=form.expires_at(),
        client_id=form.client_id,
    )
    if wanted is not None:
        key = key_properties_set(key=key, properties=wanted)
    return key, secret


@transaction.atomic
def _change(request: HttpRequest, key: KeyPair, form: KeyPairForm) -> None:
    key_pair_change(
        key=key,
        by=actor_of(request),
        label=form.cleaned_data["label"],
        scopes=form.cleaned_data["scopes"],
        allowed_networks=form.cleaned_data["allowed_networks"],
        expires_at=form.expires_at() if form.changes_end() else SAME,
    )
    if form.limits_reach():
        key_properties_set(key=key, properties=form.properties_wanted())


def _detail(request: HttpRequest, key: KeyPair, form: KeyPairForm, *, status: int) -> HttpResponse:
    secrets = list(key_secret_list(key=key))
    context = {
        "key": key,
        "form": form,
        "secrets": secrets,
        "newest_seen": secrets[0].pk if secrets else 0,
        "address": latest_addresses(key_ids=[key.pk]).get(key.pk),
        "calls": calls_of_keys(key_ids=[key.pk], since=timezone.now() - RECENT).get(key.pk),
        "days": RECENT.days,
        "log_days": settings.REQUEST_LOG_DAYS,
        "labels": scope_labels(key.granted_scopes),
        "now": timezone.now(),
    }
    return render(request, "web/developers/key.html", context, status=status)


def _sent_twice(request: HttpRequest, key: KeyPair) -> HttpResponse:
    messages.warning(
        request,
        gettext(
            "This form was sent before and its key pair exists. The secret was in the first "
            "answer only; if you have not kept it, add a new one here and retire the old one."
        ),
    )
    return redirect("web:key", key.pk)
