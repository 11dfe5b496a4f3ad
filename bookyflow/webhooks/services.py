"""Webhooks: who is told, and how. They are of no property, so the log of the process has them."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.db import transaction

from bookyflow.accounts.models import User
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.texts import is_line
from bookyflow.events.models import EventKind
from bookyflow.webhooks.addresses import address_problem
from bookyflow.webhooks.models import AuthMethod, Webhook
from bookyflow.webhooks.selectors import webhook_list

MOST = 50  # of a manager
LONGEST_CREDENTIAL = 255

logger = logging.getLogger(__name__)


@transaction.atomic
def webhook_add(
    *,
    url: str,
    by: Actor,
    auth_method: str = AuthMethod.NONE,
    username: str = "",
    password: str = "",
    events: Sequence[str] = (),
    is_enabled: bool = False,
) -> Webhook:
    """Register an address for the user who acts, and for the channel, which alone will see it.

    `events` are kinds of events; none means all. Raises DomainError `validation_failed` by field,
    `webhook_already_exists` where the channel has the address, `conflict` for more than MOST, and
    `not_authenticated` for whoever is no user.
    """
    problems = _problems(url, auth_method, username, password, events)
    if problems:
        raise DomainError("validation_failed", fields=problems)
    owner = User.objects.select_for_update(no_key=True).filter(pk=by.user_id or 0).first()
    if owner is None:
        raise DomainError("not_authenticated")
    of_it = {"channel": by.channel_id, "is_test": by.is_test}
    if owner.webhooks.filter(**of_it, url=url).exists():
        raise DomainError("webhook_already_exists")
    if owner.webhooks.count() >= MOST:
        raise DomainError("conflict", f"At most {MOST} webhooks of a manager.")
    webhook = Webhook.objects.create(
        owner=owner,
        channel_id=by.channel_id,
        url=url,
        auth_method=auth_method,
        username=username,
        password=password,
        events=sorted(set(events)),
        is_enabled=is_enabled,
        is_test=by.is_test,
    )
    logger.info("webhook %s added by %s", webhook.pk, by)
    return webhook


@transaction.atomic
def webhook_switch(*, webhook_id: int, is_enabled: bool, by: Actor) -> Webhook:
    """Have a webhook told or not; as it was before is fine. Raises `webhook_not_found`."""
    webhook = _locked(webhook_id, by)
    if webhook.is_enabled != is_enabled:
        webhook.is_enabled = is_enabled
        webhook.save(update_fields=["is_enabled"])
        logger.info("webhook %s switched %s by %s", webhook_id, "on" if is_enabled else "off", by)
    return webhook


@transaction.atomic
def webhook_delete(*, webhook_id: int, by: Actor) -> None:
    """Delete a webhook with its credentials. Raises DomainError `webhook_not_found`."""
    _locked(webhook_id, by).delete()
    logger.info("webhook %s deleted by %s", webhook_id, by)


def _locked(webhook_id: int, by: Actor) -> Webhook:
    found = webhook_list(by=by).select_for_update(of=("self",)).filter(pk=webhook_id).first()
    if found is None:
        raise DomainError("webhook_not_found")
    return found


def _problems(
    url: str, auth_method: str, username: str, password: str, events: Sequence[str]
) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    if problem := address_problem(url):
        problems["url"] = [problem]
    if unknown := [kind for kind in events if kind not in EventKind.values]:
        problems["events"] = [f"There is no event {unknown[0]}."]
    if auth_method not in AuthMethod.values:
        problems["auth_method"] = [f"One of {', '.join(AuthMethod.values)} is needed."]
    for name, text in (("username", username), ("password", password)):
        if problem := _credential_problem(name, text, auth_method):
            problems[name] = [problem]
    return problems


def _credential_problem(name: str, text: str, auth_method: str) -> str:
    if auth_method != AuthMethod.BASIC:
        return f"Only with the method {AuthMethod.BASIC}." if text else ""
    if not text:
        return f"Needed with the method {AuthMethod.BASIC}."
    if len(text) > LONGEST_CREDENTIAL or not is_line(text):
        return f"One line of text is needed, at most {LONGEST_CREDENTIAL} characters."
    # The two are sent as one text with a colon between them.
    return "It has a colon." if name == "username" and ":" in text else ""
