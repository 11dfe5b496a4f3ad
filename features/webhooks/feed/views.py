from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet
from bookyflow.webhooks.feed import events_after
from features.webhooks.feed.serializers import FeedOut, FeedQuery


class Events(FeatureViewSet):
    """What happens at the properties that a key reaches."""

    @endpoint(
        scope="webhooks_get",
        key="feed",
        query=FeedQuery,
        returns=FeedOut(),
        waits=True,
        raises=("cursor_expired",),
    )
    def list_events(self, request: Request) -> Response:
        """List events of all properties within reach, oldest first, and wait for news.

        It needs no webhook, and begins before any was made: events are kept for 90 days. Send
        `next` of an answer as `after` of the next call, also where there were no events: nothing is
        missed or moved. With `wait` the answer comes with the next event, or without one when the
        seconds are over. `cursor_expired` (410): what is behind `after` is no longer kept.
        """
        return self.reply(self.wait_for(lambda: events_after(reach=self.reach, **self.query)))
