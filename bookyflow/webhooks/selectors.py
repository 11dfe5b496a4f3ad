from __future__ import annotations

from django.db.models import QuerySet

from bookyflow.core.acting import Actor
from bookyflow.webhooks.models import Webhook


def webhook_list(*, by: Actor) -> QuerySet[Webhook]:
    """The webhooks that somebody may see, in the order of their ids.

    A channel sees those that it has made, the user without a channel all of the user's; test keys
    see those made with test keys, and live ones the others.
    """
    found = Webhook.objects.filter(owner=by.user_id, is_test=by.is_test).order_by("pk")
    return found if by.channel_id is None else found.filter(channel=by.channel_id)
