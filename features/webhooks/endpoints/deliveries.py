from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.webhooks.log import deliveries_replay, delivery_resend, trial_send
from bookyflow.webhooks.selectors import delivery_list, delivery_of
from features.webhooks.endpoints.contract import DELIVERY, FOUND, change, read
from features.webhooks.endpoints.serializers import (
    DeliveriesQuery,
    DeliveryOut,
    DeliveryWithAttemptsOut,
    ReplayIn,
    ReplayOut,
    SampleIn,
)
from features.webhooks.endpoints.views import EndpointView


class Deliveries(EndpointView):
    """What was sent to a webhook, and sending it again."""

    @read(key="deliveries", query=DeliveriesQuery, returns=DeliveryOut(many=True), paged=True)
    def list_deliveries(self, request: Request, webhook_id: int) -> Response:
        """List what a webhook was sent or is to be sent, the newest first.

        Finished deliveries are kept for 30 days.
        """
        found = delivery_list(webhook_id=webhook_id, **self.whose, **self.query)
        return self.reply(self.page(found))

    @read(key="delivery", returns=DeliveryWithAttemptsOut(), raises=DELIVERY)
    def read_delivery(self, request: Request, webhook_id: int, delivery_id: int) -> Response:
        """Read a delivery with all its tries."""
        return self.reply(delivery_of(webhook_id=webhook_id, delivery_id=delivery_id, **self.whose))

    @change(key="delivery", returns=DeliveryOut(), status=202, raises=DELIVERY)
    def resend_delivery(self, request: Request, webhook_id: int, delivery_id: int) -> Response:
        """Send a delivery again, or now, under the same id; with as many tries as a new one."""
        return self.reply(
            delivery_resend(webhook_id=webhook_id, delivery_id=delivery_id, **self.whose)
        )

    @change(
        key="replay",
        body=ReplayIn,
        returns=ReplayOut(),
        status=202,
        raises=(*FOUND, "too_many_events"),
    )
    def replay_events(self, request: Request, webhook_id: int) -> Response:
        """Send the events of a range again, under the ids that they had.

        Also those that the webhook was never told of, such as events from before it, of the kinds
        and properties that it is told of by now. Of each object they arrive in their order.
        """
        count = deliveries_replay(webhook_id=webhook_id, events=self.input(ReplayIn), **self.whose)
        return self.reply({"deliveries": count})


class Trials(EndpointView):
    """Messages that try a webhook out; also one that is paused."""

    @change(key="delivery", returns=DeliveryOut(), status=202, raises=(*FOUND, "conflict"))
    def ping_endpoint(self, request: Request, webhook_id: int) -> Response:
        """Send `webhook_ping`, once; the delivery tells what came of it.

        Where it is accepted, all that waits for the webhook is tried now.
        """
        return self.reply(trial_send(webhook_id=webhook_id, **self.whose))

    @change(
        key="delivery",
        body=SampleIn,
        returns=DeliveryOut(),
        status=202,
        raises=(*FOUND, "conflict"),
    )
    def send_sample(self, request: Request, webhook_id: int) -> Response:
        """Send a made-up message of a kind of events, once: `is_test` is true in it."""
        return self.reply(trial_send(webhook_id=webhook_id, **self.whose, **self.body))
