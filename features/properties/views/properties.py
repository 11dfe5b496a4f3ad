from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.properties.selectors import reachable
from features.properties.contract import content


class Properties(FeatureViewSet):
    """The properties of the key's owner."""

    @content(key="ids", returns=serializers.ListField(child=serializers.IntegerField()), paged=True)
    def list_ids(self, request: Request) -> Response:
        """List the ids of the properties that this key reaches, published or not."""
        return self.reply([prop.pk for prop in self.page(reachable(self.reach).only("pk"))])
