from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet
from bookyflow.api.wire.fields import Uid
from bookyflow.api.wire.inputs import In
from bookyflow.channels.beds24 import beds24_link, beds24_property


class Beds24LinkIn(In[dict[str, Any]]):
    builds = dict
    aliases = {"beds24_id": "id"}

    property_uid = Uid()


class Beds24(FeatureViewSet):
    """Our ids of the properties that Beds24, a channel manager, has under ids of its own."""

    @endpoint(
        scope="content_get",
        key="property_uid",
        returns=serializers.IntegerField(help_text="Our id, or 0."),
        name="property_uid",
    )
    def look_up(self, request: Request, id: str) -> Response:  # noqa: A002  # as on the wire
        """Look up our id of a property by the one that it has at Beds24.

        0: none of the properties that this key reaches is linked to it.
        """
        return self.reply(beds24_property(reach=self.reach, beds24_id=id))

    @endpoint(
        scope="content_set",
        key="property_uid",
        body=Beds24LinkIn,
        prop="body",
        returns=serializers.IntegerField(help_text="Our id."),
        raises=("remote_id_already_exists",),
    )
    def link(self, request: Request, id: str) -> Response:  # noqa: A002  # as on the wire
        """Say which property an id of Beds24 stands for.

        A property has one id there: another one takes its place. It is the id of the channel
        `beds24` of the key's owner, which is announced with the first link.
        """
        beds24_link(
            property_id=self.property_uid, beds24_id=id, user_id=self.user_id, by=self.actor
        )
        return self.reply(self.property_uid)
