"""Webhooks: who is told, and how. They are of no property, so the log of the process has them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from bookyflow.accounts.models import User
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.texts import is_line
from bookyflow.events.models import EventKind
from bookyflow.events.selectors import last_position
from bookyflow.plugins import registry
from bookyflow.properties.selectors import Reach, reachable
from bookyflow.webhooks.addresses import address_problem
from bookyflow.webhooks.models import AuthMethod, Webhook
from bookyflow.webhooks.outcomes import waiting_hasten
from bookyflow.webhooks.rotation import OLD_HOURS, secret_give, secret_replace
from bookyflow.webhooks.selectors import webhook_list

MOST = 50  # of a manager
LONGEST_CREDENTIAL = 255
MOST_PROPERTIES = 1_000  # that are named

DETAILS = ["url", "auth_method", "username", "password", "events", "property_ids"]
SWITCHED = ["is_enabled", "pause", "failures", "failing_since", "rests_until", "position"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class WebhookDetails:
    """Where a webhook is, how it knows us, and what it is told of.

    `events` are kinds of events and `property_ids` properties; none means all. Raises DomainError
    `validation_failed` by field.
    """

    url: str
    auth_method: str = AuthMethod.NONE
    username: str = ""
    password: str = ""
    events: Sequence[str] = ()
    property_ids: Sequence[int] = ()

    def __post_init__(self) -> None:
        problems = _problems(self.url, self.auth_method, self.username, self.password, self.events)
        if len(self.property_ids) > MOST_PROPERTIES:
            problems["property_ids"] = [f"At most {MOST_PROPERTIES:,}."]
        if problems:
            raise DomainError("validation_failed", fields=problems)


@dataclass(frozen=True)
class NewWebhook:
    """A webhook, and the secret that its messages are signed with, which is shown this once."""

    webhook: Webhook
    secret: str


@transaction.atomic
def webhook_add(
    *, details: WebhookDetails, by: Actor, reach: Reach, is_enabled: bool = False
) -> NewWebhook:
    """Register an address for the user who acts, and for the channel, which alone will see it.

    It is told of what happens from when it is switched on. For a key that reaches some properties
    only it is told of these. Raises DomainError `validation_failed` by field,
    `webhook_already_exists` where the channel has the address, `conflict` for more than MOST, and
    `not_authenticated` for whoever is no user.
    """
    owner = User.objects.select_for_update(no_key=True).filter(pk=by.user_id or 0).first()
    if owner is None:
        raise DomainError("not_authenticated")
    webhook = Webhook(owner=owner, channel_id=by.channel_id, is_test=by.is_test)
    _fill(webhook, details, reach)
    if owner.webhooks.count() >= MOST:
        raise DomainError("conflict", f"At most {MOST} webhooks of a manager.")
    if is_enabled:
        _switch_on(webhook)
    webhook.save()
    logger.info("webhook %s added by %s", webhook.pk, by)
    return NewWebhook(webhook, secret_give(webhook_id=webhook.pk))


@transaction.atomic
def webhook_change(*, webhook_id: int, details: WebhookDetails, by: Actor, reach: Reach) -> Webhook:
    """Change where a webhook is and what it is told of; its secret and state stay.

    Raises `webhook_not_found`, and else as `webhook_add` does.
    """
    webhook = webhook_lock(webhook_id=webhook_id, by=by, reach=reach)
    _fill(webhook, details, reach)
    webhook.save(update_fields=DETAILS)
    logger.info("webhook %s changed by %s", webhook_id, by)
    return webhook


@transaction.atomic
def webhook_switch(*, webhook_id: int, is_enabled: bool, by: Actor, reach: Reach) -> Webhook:
    """Have a webhook told or not; as it was before is fine. Raises `webhook_not_found`.

    What happens while it is off is sent when it is switched on again, with what waits.
    """
    webhook = webhook_lock(webhook_id=webhook_id, by=by, reach=reach)
    if webhook.is_enabled != is_enabled:
        webhook.is_enabled = is_enabled
        if is_enabled:
            _switch_on(webhook)
            waiting_hasten(webhook_id=webhook_id, now=timezone.now())
        webhook.save(update_fields=SWITCHED)
        logger.info("webhook %s switched %s by %s", webhook_id, "on" if is_enabled else "off", by)
    return webhook


@transaction.atomic
def webhook_secret_replace(
    *, webhook_id: int, by: Actor, reach: Reach, old_hours: int = OLD_HOURS
) -> NewWebhook:
    """Give a webhook a new secret; messages are signed with the old one as well for so many hours.

    Raises DomainError `webhook_not_found`.
    """
    webhook = webhook_lock(webhook_id=webhook_id, by=by, reach=reach)
    secret = secret_replace(webhook_id=webhook_id, old_hours=old_hours, now=timezone.now())
    logger.info("secret of webhook %s replaced by %s", webhook_id, by)
    return NewWebhook(webhook, secret)


@transaction.atomic
def webhook_delete(*, webhook_id: int, by: Actor, reach: Reach) -> None:
    """Delete a webhook with its credentials, secrets and log. Raises `webhook_not_found`."""
    webhook_lock(webhook_id=webhook_id, by=by, reach=reach).delete()
    logger.info("webhook %s deleted by %s", webhook_id, by)


def webhook_lock(*, webhook_id: int, by: Actor, reach: Reach) -> Webhook:
    """A webhook that somebody may see, locked. Raises DomainError `webhook_not_found`."""
    found = webhook_list(by=by, reach=reach).select_for_update(of=("self",))
    webhook = found.filter(pk=webhook_id).first()
    if webhook is None:
        raise DomainError("webhook_not_found")
    return webhook


def _fill(webhook: Webhook, details: WebhookDetails, reach: Reach) -> None:
    same = Webhook.objects.filter(
        owner=webhook.owner_id, channel=webhook.channel_id, is_test=webhook.is_test
    )
    if same.filter(url=details.url).exclude(pk=webhook.pk).exists():
        raise DomainError("webhook_already_exists")
    webhook.url = details.url
    webhook.auth_method = details.auth_method
    webhook.username, webhook.password = details.username, details.password
    webhook.events = sorted(set(details.events))
    webhook.property_ids = _property_ids(details.property_ids, reach)


def _property_ids(named: Sequence[int], reach: Reach) -> list[int]:
    """What is named, all of it within reach; where nothing is, what a limited key reaches."""
    wanted = sorted(set(named))
    if not wanted and reach.all_properties:
        return []
    found = reachable(reach)
    known = set((found.filter(pk__in=wanted) if wanted else found).values_list("pk", flat=True))
    if unknown := [one for one in wanted if one not in known]:
        problem = f"There is no property {unknown[0]}."
        raise DomainError("validation_failed", fields={"property_ids": [problem]})
    if not known:
        raise DomainError("property_not_found")
    return sorted(known)


def _switch_on(webhook: Webhook) -> None:
    webhook.is_enabled, webhook.pause = True, ""
    webhook.failures, webhook.failing_since, webhook.rests_until = 0, None, None
    if webhook.position is None:
        webhook.position = last_position()


def _unknown(events: Sequence[str]) -> list[str]:
    added = [kind for kind in events if kind not in EventKind.values]
    known = {kind.value for kind in registry.event_kinds(registry.enabled())} if added else set()
    return [kind for kind in added if kind not in known]


def _problems(
    url: str, auth_method: str, username: str, password: str, events: Sequence[str]
) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    if problem := address_problem(url):
        problems["url"] = [problem]
    if unknown := _unknown(events):
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
