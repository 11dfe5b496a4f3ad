from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

import bookyflow
from bookyflow.api.views import FeatureViewSet
from bookyflow.api.wire.bounded import BoundedJSON
from bookyflow.channels.selectors import channel_id
from bookyflow.channels.services import channel_announce
from bookyflow.plugins import registry
from features.cmf.announce.serializers import LARGEST_ECHO, AnnounceIn, EchoIn
from features.cmf.contract import cmf


class Announcements(FeatureViewSet):
    """The first calls of a channel, made before it has a name to send in the header."""

    @cmf(
        returns=serializers.IntegerField(help_text="Id of the channel; 0 when there is none."),
        channel=False,
        proxy=True,
    )
    def channel_announce_check(self, request: Request, channel_name: str) -> Response:
        """Ask whether you have announced a channel of this name."""
        return self.reply(channel_id(user_id=self.user_id, name=channel_name))

    @cmf(
        body=AnnounceIn,
        returns=serializers.IntegerField(help_text="Id of the channel."),
        channel=False,
        proxy=True,
    )
    def channel_announce(self, request: Request, channel_name: str, friendly_name: str) -> Response:
        """Announce a channel, or find the one announced before under this name.

        The name has 1 to 255 characters of ASCII, the friendly one up to 255 of any kind.
        Afterwards send the name in `X-BOOKYFLOW-channel-name` with every call. An existing
        channel keeps its friendly name.
        """
        channel = channel_announce(
            user_id=self.user_id, name=channel_name, friendly_name=friendly_name, **self.body
        )
        return self.reply(channel.pk)


class Site(FeatureViewSet):
    """What the installation is."""

    @cmf(
        returns=serializers.DictField(
            child=serializers.CharField(), help_text="Name of product or feature → version."
        )
    )
    def versions(self, request: Request) -> Response:
        """List the versions of BookyFlow and of its installed features."""
        features = registry.features().values()
        return self.reply(
            {"BookyFlow": bookyflow.__version__}
            | {f"api_feature_{feature.name}": feature.version for feature in features}
        )

    @cmf(returns=serializers.URLField(help_text="Without a slash at its end."))
    def url(self, request: Request) -> Response:
        """Name the address of the installation, as this call has reached it."""
        return self.reply(request.build_absolute_uri("/").rstrip("/"))

    @cmf(
        body=EchoIn,
        returns=BoundedJSON(max_size=LARGEST_ECHO, allow_null=True),
        channel=False,
        proxy=True,
        has_effect=False,
    )
    def echo(self, request: Request) -> Response:
        """Answer with the JSON value that was sent.

        Proves that connection, token and scope are in order. Needs no channel and changes nothing.
        """
        return self.reply(self.body["data"])
