from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet
from bookyflow.property_lifecycle.deletion import property_delete
from bookyflow.property_lifecycle.opening import property_open
from features.properties.serializers.new import NewPropertyIn


class Openings(FeatureViewSet):
    """The beginning and the end of a property."""

    @endpoint(
        scope="content_set",
        key="id",
        body=NewPropertyIn,
        returns=serializers.IntegerField(help_text="Id of the new property."),
        raises=("country_incorrect", "region_id_incorrect", "property_type_id_incorrect"),
    )
    def create(self, request: Request) -> Response:
        """Add a property, which is yours.

        It starts unpublished; a property of a type that is let as a whole has its one room at
        once. Texts are those of the language of the request. Its time zone is that of the country,
        or of the position.
        """
        prop = property_open(
            owner_id=self.user_id,
            language=self.language,
            by=self.actor,
            **self.input(NewPropertyIn),
        )
        return self.reply(prop.pk)

    @endpoint(
        scope="content_set",
        key="id",
        versioned="property",
        returns=serializers.IntegerField(help_text="Id of the property that was deleted."),
        raises=("property_has_bookings", "property_last"),
    )
    def delete(self, request: Request, property_uid: int) -> Response:
        """Delete a property for good.

        Not while guests are there or still to come, and not your last one. Its bookings and
        invoices are kept for as long as they must be.
        """
        property_delete(prop=self.prop, by=self.actor)
        return self.reply(property_uid)
