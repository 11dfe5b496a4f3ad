from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.api.wire.properties import PropertyRecordOut
from bookyflow.properties.selectors import reachable_ids
from bookyflow.property_lifecycle.records import properties_with_all, property_records
from features.properties.contract import content


class Properties(FeatureViewSet):
    """The properties of the key's owner."""

    @content(
        key="ids",
        returns=serializers.ListField(child=serializers.IntegerField()),
        paged=True,
        replica=True,
    )
    def list_ids(self, request: Request) -> Response:
        """List the ids of the properties that this key reaches, published or not."""
        return self.reply(self.page(reachable_ids(self.reach)))

    @content(
        key="full_data",
        returns=serializers.DictField(child=PropertyRecordOut(), help_text="By property id."),
        paged=True,
        replica=True,
    )
    def list_full(self, request: Request, language: str) -> Response:
        """Read all properties that this key reaches: address, texts, features and rooms.

        Texts and names are in the language of the path, as far as there are any.
        """
        page = self.page(properties_with_all(reach=self.reach))
        return self.reply(property_records(properties=page, language=self.language))
