"""Mails to the owner of a webhook that is told nothing any more, or not everything."""

from __future__ import annotations

from bookyflow.mailing.sending import mail_send
from bookyflow.webhooks.models import Webhook


def webhook_mail_send(*, webhook_id: int, reason: str) -> None:
    """Tell a webhook's owner why it is paused, or that a message was given up.

    Nobody is told of one that was deleted meanwhile or has an owner without an address.
    """
    webhook = Webhook.objects.select_related("owner").filter(pk=webhook_id).first()
    if webhook is not None and webhook.owner.email and webhook.owner.is_active:
        context = {"webhook": webhook, "reason": reason}
        mail_send("manager/webhook", to=[webhook.owner.email], context=context)
