from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.webhooks.selectors import webhook_list
from bookyflow.webhooks.services import webhook_add, webhook_delete, webhook_switch
from features.cmf.contract import DONE, cmf
from features.cmf.webhooks.serializers import WebhookIn, WebhookOut, WebhookStateIn


class Webhooks(FeatureViewSet):
    """The addresses that a channel has registered to be told of events."""

    @cmf(returns=WebhookOut(many=True), paged=True)
    def channel_webhooks_list(self, request: Request) -> Response:
        """List the webhooks that the channel has registered; other channels' are not shown.

        Nor are user names and passwords.
        """
        return self.reply(self.page(webhook_list(by=self.actor, reach=self.reach)))

    @cmf(
        body=WebhookIn,
        returns=serializers.IntegerField(help_text="Id of the new webhook."),
        raises=("webhook_already_exists", "conflict"),
    )
    def put_channel_webhook(self, request: Request) -> Response:
        """Register an address to be told what happens at the manager's properties.

        It is switched off unless `enabled` says otherwise. User name and password are kept
        encrypted and never shown. Once registered it can be switched and deleted, and else stays as
        it is. Messages are signed: POST /webhooks/endpoints/{webhook_id}/secret gives its manager
        a secret to verify them with.
        """
        made = webhook_add(by=self.actor, reach=self.reach, **self.input(WebhookIn))
        return self.reply(made.webhook.pk)

    @cmf(segments=WebhookStateIn, returns=WebhookOut(), raises=("webhook_not_found",))
    def put_channel_webhook_enable(self, request: Request, webhook_id: int, state: str) -> Response:
        """Switch a webhook of the channel on (1) or off (0)."""
        asked = self.input(WebhookStateIn)
        return self.reply(webhook_switch(by=self.actor, reach=self.reach, **asked))

    @cmf(returns=serializers.BooleanField(), raises=("webhook_not_found",))
    def delete_channel_webhook(self, request: Request, webhook_id: int) -> Response:
        """Delete a webhook of the channel."""
        webhook_delete(webhook_id=webhook_id, by=self.actor, reach=self.reach)
        return self.reply(DONE)
