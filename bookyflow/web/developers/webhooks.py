"""Webhooks: who is told what happens, and what became of each message."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.selectors import events_of
from bookyflow.properties.selectors import Reach
from bookyflow.web.developers.filters import keep_of
from bookyflow.web.developers.webhook_forms import (
    DeliveryFilter,
    NewWebhookForm,
    ReplayForm,
    SecretForm,
    TrialForm,
    WebhookForm,
)
from bookyflow.web.pages import (
    form_methods,
    fresh_for_secrets,
    fresh_to_send,
    problems_of,
    staff_page,
    user_of,
)
from bookyflow.webhooks.log import deliveries_replay, delivery_resend, trial_send
from bookyflow.webhooks.models import Webhook, WebhookDelivery
from bookyflow.webhooks.payload import message_of
from bookyflow.webhooks.selectors import (
    delivery_list,
    delivery_of,
    health_of,
    healths_of,
    webhook_list,
)
from bookyflow.webhooks.services import (
    webhook_add,
    webhook_change,
    webhook_delete,
    webhook_secret_replace,
    webhook_switch,
)
from bookyflow.webhooks.trials import trial_message

SHOWN = 50


@dataclass(frozen=True)
class Side:
    """Who looks, on the live side or on the test side, as the services want it."""

    by: Actor
    reach: Reach

    @classmethod
    def of(cls, user: User, *, is_test: bool) -> Side:
        """An account with all of its properties of a kind; it acts by no key."""
        reach = Reach(user.pk, user.access_level, 0, all_properties=True, is_test=is_test)
        return cls(Actor(user_id=user.pk, is_test=is_test), reach)

    @property
    def given(self) -> dict[str, Any]:
        """The arguments of a service."""
        return {"by": self.by, "reach": self.reach}


manager_page = staff_page(AccessLevel.MANAGER)


@manager_page
@require_safe
def webhook_index(request: HttpRequest) -> HttpResponse:
    """The account's webhooks with how they do, live ones first."""
    found = [
        one
        for is_test in (False, True)
        for one in webhook_list(**Side.of(user_of(request), is_test=is_test).given)
    ]
    context = {"healths": healths_of(found)}
    return render(request, "web/developers/webhooks.html", context)


@manager_page
@form_methods
@fresh_for_secrets
def webhook_new(request: HttpRequest) -> HttpResponse:
    """Make a webhook, switched on; the answer to the form shows its secret, for the only time."""
    owner = user_of(request)
    asked = {"mode": "test"} if request.GET.get("mode") == "test" else {}
    data = request.POST if request.method == "POST" else None
    form = NewWebhookForm(data, owner=owner, initial=asked)
    status = form.http_status
    if form.is_valid():
        side = Side.of(owner, is_test=bool(form.is_test()))
        try:
            made = webhook_add(details=form.details(), is_enabled=True, **side.given)
        except DomainError as error:
            form.refuse(error)
            status = error.kind.status
        else:
            return _secret(request, made.webhook, made.secret, _("Your webhook is ready"))
    context = {"form": form, "title": _("New webhook")}
    return render(request, "web/developers/webhook_form.html", context, status=status)


@manager_page
@require_safe
def webhook_detail(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """A webhook: how it does, what can be done with it, and its deliveries."""
    webhook, side = _own(request, webhook_id)
    form = DeliveryFilter(request.GET)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    found = delivery_list(webhook_id=webhook_id, state=state, **side.given)
    page = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    context = {
        "webhook": webhook,
        "health": health_of(webhook),
        "secrets": webhook.signing_secrets.all(),
        "form": form,
        "trial": TrialForm(webhook=webhook),
        "listed": page,
        "keep": keep_of(request, without="page"),
        "now": timezone.now(),
    }
    return render(request, "web/developers/webhook.html", context, status=form.http_status)


@manager_page
@form_methods
@fresh_for_secrets
def webhook_edit(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Change where a webhook is and what it is told of."""
    webhook, side = _own(request, webhook_id)
    data = request.POST if request.method == "POST" else None
    form = WebhookForm(data, owner=user_of(request), webhook=webhook)
    status = form.http_status
    if form.is_valid():
        try:
            webhook_change(webhook_id=webhook_id, details=form.details(), **side.given)
        except DomainError as error:
            form.refuse(error)
            status = error.kind.status
        else:
            messages.success(request, _("The webhook is changed."))
            return redirect("web:webhook", webhook_id)
    context = {"form": form, "webhook": webhook, "title": _("Change the webhook")}
    return render(request, "web/developers/webhook_form.html", context, status=status)


@manager_page
@require_POST
def webhook_pause(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Pause a webhook, or resume it: `on` says which."""
    _webhook, side = _own(request, webhook_id)
    on = request.POST.get("on") == "yes"
    webhook_switch(webhook_id=webhook_id, is_enabled=on, **side.given)
    told = _("It is told again, also of what happened meanwhile.") if on else _("It is paused.")
    messages.success(request, told)
    return redirect("web:webhook", webhook_id)


@manager_page
@require_POST
def webhook_try(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Send a message that tries a webhook out."""
    webhook, side = _own(request, webhook_id)
    form = TrialForm(request.POST, webhook=webhook)
    if not form.is_valid():
        messages.error(request, _("Choose one of the messages."))
        return redirect("web:webhook", webhook_id)
    try:
        made = trial_send(webhook_id=webhook_id, kind=form.cleaned_data["kind"], **side.given)
    except DomainError as error:
        messages.error(request, " ".join(problems_of(error)))
        return redirect("web:webhook", webhook_id)
    messages.success(request, _("The message is on its way. Look again in some seconds."))
    return redirect("web:delivery", webhook_id, made.pk)


@manager_page
@form_methods
@fresh_to_send
def webhook_secret(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Give a webhook a new secret, shown once; the old one stays good for a while."""
    webhook, side = _own(request, webhook_id)
    form = SecretForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "webhook": webhook}
        return render(
            request, "web/developers/webhook_rotate.html", context, status=form.http_status
        )
    hours = form.cleaned_data["old_hours"]
    made = webhook_secret_replace(webhook_id=webhook_id, old_hours=hours, **side.given)
    return _secret(request, webhook, made.secret, _("The new secret"))


@manager_page
@form_methods
def webhook_replay(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Send the events of a range again."""
    webhook, side = _own(request, webhook_id)
    form = ReplayForm(request.POST if request.method == "POST" else None)
    status = form.http_status
    if form.is_valid():
        try:
            count = deliveries_replay(webhook_id=webhook_id, events=form.range(), **side.given)
        except DomainError as error:
            form.refuse(error)
            status = error.kind.status
        else:
            told = ngettext("%(n)s event is sent.", "%(n)s events are sent.", count)
            messages.success(request, told % {"n": count})
            return redirect("web:webhook", webhook_id)
    context = {"form": form, "webhook": webhook}
    return render(request, "web/developers/webhook_replay.html", context, status=status)


@manager_page
@form_methods
def webhook_remove(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Ask, then delete a webhook with its log."""
    webhook, side = _own(request, webhook_id)
    if request.method != "POST":
        return render(request, "web/developers/webhook_delete.html", {"webhook": webhook})
    webhook_delete(webhook_id=webhook_id, **side.given)
    messages.success(request, _("The webhook is deleted."))
    return redirect("web:webhooks")


@manager_page
@require_safe
def delivery_detail(request: HttpRequest, webhook_id: int, delivery_id: int) -> HttpResponse:
    """One message: what it says, and each try to deliver it."""
    webhook, side = _own(request, webhook_id)
    delivery = _delivery(webhook, delivery_id, side)
    context = {
        "webhook": webhook,
        "delivery": delivery,
        "attempts": delivery.attempts.all(),
        "message": _message(delivery),
        "now": timezone.now(),
    }
    return render(request, "web/developers/delivery.html", context)


@manager_page
@require_POST
def delivery_again(request: HttpRequest, webhook_id: int, delivery_id: int) -> HttpResponse:
    """Send one message again."""
    webhook, side = _own(request, webhook_id)
    delivery = _delivery(webhook, delivery_id, side)
    delivery_resend(webhook_id=webhook_id, delivery_id=delivery.pk, **side.given)
    messages.success(request, _("It is sent again. Look again in some seconds."))
    return redirect("web:delivery", webhook_id, delivery_id)


def _own(request: HttpRequest, webhook_id: int) -> tuple[Webhook, Side]:
    """A webhook of the account, and the side that it is on; 404 for others."""
    for is_test in (False, True):
        side = Side.of(user_of(request), is_test=is_test)
        found = webhook_list(**side.given).filter(pk=webhook_id).first()
        if found is not None:
            return found, side
    raise Http404


def _delivery(webhook: Webhook, delivery_id: int, side: Side) -> WebhookDelivery:
    try:
        return delivery_of(webhook_id=webhook.pk, delivery_id=delivery_id, **side.given)
    except DomainError as error:
        raise Http404 from error


def _message(delivery: WebhookDelivery) -> str:
    """What is sent; "" where the event is gone from the log."""
    if delivery.event_id is None:
        return _json(trial_message(delivery.kind, now=delivery.created_at))
    event = events_of(event_ids=[delivery.event_id]).get(delivery.event_id)
    return _json(message_of(event)) if event else ""


def _json(message: dict[str, Any]) -> str:
    return json.dumps(message, indent=2)


def _secret(request: HttpRequest, webhook: Webhook, secret: str, title: str) -> HttpResponse:
    context = {"webhook": webhook, "secret": secret, "title": title}
    return render(request, "web/developers/webhook_secret.html", context)
