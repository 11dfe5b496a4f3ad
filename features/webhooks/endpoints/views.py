from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.webhooks.selectors import health_of, healths_of, webhook_list, webhook_of
from bookyflow.webhooks.services import (
    webhook_add,
    webhook_change,
    webhook_delete,
    webhook_secret_replace,
    webhook_switch,
)
from features.webhooks.endpoints.contract import FOUND, NAMED, change, read
from features.webhooks.endpoints.serializers import (
    EndpointIn,
    EndpointOut,
    NewEndpointIn,
    NewEndpointOut,
    SecretIn,
    SecretOut,
)


class EndpointView(FeatureViewSet):
    """Base of what is about a manager's webhooks."""

    @property
    def whose(self) -> dict[str, Any]:
        """Who asks, and which properties the key reaches."""
        return {"by": self.actor, "reach": self.reach}


class Endpoints(EndpointView):
    """The addresses that are told of events: a manager's webhooks."""

    @read(key="endpoints", returns=EndpointOut(many=True), paged=True, raises=())
    def list_endpoints(self, request: Request) -> Response:
        """List the webhooks of the key's owner, with how they do.

        Those that channels have registered are among them. A key that reaches some properties only
        sees those that are told of none but these.
        """
        return self.reply(healths_of(self.page(webhook_list(**self.whose))))

    @change(
        key="created",
        body=NewEndpointIn,
        returns=NewEndpointOut(),
        status=201,
        secret=True,
        raises=(*NAMED, "conflict"),
    )
    def create_endpoint(self, request: Request) -> Response:
        """Register an address that is told of events.

        The answer has the secret that messages are signed with, this once. A manager has 50 at
        most.
        """
        made = webhook_add(**self.whose, **self.input(NewEndpointIn))
        return self.reply({"secret": made.secret, "health": health_of(made.webhook)})

    @read(key="endpoint", returns=EndpointOut())
    def read_endpoint(self, request: Request, webhook_id: int) -> Response:
        """Read a webhook, and how it does."""
        return self.reply(health_of(webhook_of(webhook_id=webhook_id, **self.whose)))

    @change(key="endpoint", body=EndpointIn, returns=EndpointOut(), raises=(*FOUND, *NAMED))
    def change_endpoint(self, request: Request, webhook_id: int) -> Response:
        """Say anew where a webhook is and what it is told of; its secret and state stay."""
        details = self.input(EndpointIn)
        return self.reply(
            health_of(webhook_change(webhook_id=webhook_id, details=details, **self.whose))
        )

    @change(key="endpoint", returns=EndpointOut())
    def pause_endpoint(self, request: Request, webhook_id: int) -> Response:
        """Send nothing to a webhook until it is resumed. Nothing is lost: see `resume`."""
        return self.reply(
            health_of(webhook_switch(webhook_id=webhook_id, is_enabled=False, **self.whose))
        )

    @change(key="endpoint", returns=EndpointOut())
    def resume_endpoint(self, request: Request, webhook_id: int) -> Response:
        """Send to a webhook again, whyever it was paused.

        What has happened meanwhile is sent as well, as far as events are kept: for 90 days.
        """
        return self.reply(
            health_of(webhook_switch(webhook_id=webhook_id, is_enabled=True, **self.whose))
        )

    @change(key="replaced", body=SecretIn, returns=SecretOut(), secret=True)
    def replace_secret(self, request: Request, webhook_id: int) -> Response:
        """Give a webhook a new secret, which is shown this once.

        Messages are signed with the old one as well for a while. Signatures of five at most are
        sent.
        """
        return self.reply(webhook_secret_replace(webhook_id=webhook_id, **self.whose, **self.body))

    @change(key="deleted", returns=serializers.BooleanField())
    def delete_endpoint(self, request: Request, webhook_id: int) -> Response:
        """Delete a webhook with its secrets and the log of its deliveries."""
        webhook_delete(webhook_id=webhook_id, **self.whose)
        return self.reply(True)  # noqa: FBT003  # it is the answer
