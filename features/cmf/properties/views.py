from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.channels.overview import overview_properties, property_overview
from bookyflow.channels.selectors import linked, property_ids
from bookyflow.channels.services import channel_property_create, channel_property_delete
from bookyflow.property_lifecycle.deletion import property_delete
from features.cmf.contract import DONE, cmf
from features.cmf.properties.serializers import (
    OverviewOut,
    PropertyDatesOut,
    PropertyIdsOut,
    PropertyIn,
    PropertyOut,
    PropertyReadOut,
)
from features.cmf.properties.shown import PropertyShown

ENDS = ("property_has_bookings", "property_last")


class Properties(PropertyShown):
    """The properties of a channel."""

    @cmf(
        returns=serializers.DictField(child=PropertyIdsOut(), help_text="By property id."),
        paged=True,
        replica=True,
    )
    def properties_ids(self, request: Request) -> Response:
        """List the properties that the channel works with, by our id and by its own."""
        page = self.page(property_ids(reach=self.reach, channel=self.channel_id))
        return self.reply({prop.pk: prop for prop in page})

    @cmf(
        body=PropertyIn,
        returns=serializers.IntegerField(help_text="Id of the new property."),
        raises=(
            "remote_id_already_exists",
            "country_incorrect",
            "region_id_incorrect",
            "property_type_id_incorrect",
        ),
    )
    def property_create(self, request: Request) -> Response:
        """Create a property and link it to the channel under the channel's own id.

        It starts unpublished. A property of a type that is let as a whole has its one room at
        once. Its time zone is that of the country where it has one only, else that of its position
        once that is known, unless `time_zone` names it. Next: rooms, then a base price.
        """
        prop = channel_property_create(
            channel_id=self.channel_id, owner_id=self.user_id, by=self.actor, **self.body
        )
        return self.reply(prop.pk)

    @cmf(returns=PropertyOut(), replica=True)
    def property_get(self, request: Request, property_uid: int) -> Response:
        """Read the complete picture of a property: address, texts, rooms, prices, fees."""
        return self.shown()

    @cmf(returns=PropertyReadOut())
    def property_readonly(self, request: Request, property_uid: int) -> Response:
        """Read a property as `property_get` shows it, but for the count of changes."""
        return self.shown()

    @cmf(returns=PropertyDatesOut(many=True), paged=True)
    def properties_list_by_date(self, request: Request) -> Response:
        """List the properties that the channel is linked to, the oldest first.

        With the instants at which they were added and last changed themselves; what else happens
        at them is in the change logs.
        """
        found = linked(reach=self.reach, channel=self.channel_id)
        return self.reply(self.page(found.order_by("created_at", "pk")))


class Deletion(FeatureViewSet):
    """The end of properties. The channel's change log tells of it for two weeks."""

    @cmf(returns=serializers.BooleanField(), versioned="property", raises=ENDS)
    def delete_property_local(self, request: Request, property_uid: int) -> Response:
        """Delete a property by our id, with the ids and notes that channels keep for it.

        Its bookings and invoices stay; guests who are still to come are an obstacle.
        """
        property_delete(prop=self.prop, by=self.actor)
        return self.reply(DONE)

    @cmf(returns=serializers.BooleanField(), raises=("property_not_found", *ENDS))
    def delete_property_remote(self, request: Request, remote_property_uid: str) -> Response:
        """Delete a property by the channel's own id, as by ours."""
        channel_property_delete(
            reach=self.reach,
            channel_id=self.channel_id,
            remote_id=remote_property_uid,
            by=self.actor,
        )
        return self.reply(DONE)


class Overview(FeatureViewSet):
    """Every property of the user."""

    @cmf(returns=OverviewOut(many=True), paged=True, replica=True)
    def properties_all(self, request: Request) -> Response:
        """List every property the user may work on, also those that other channels made.

        Details are shown only where the property has switched off its privacy; else texts are
        empty and `published` is 0.
        """
        page = self.page(overview_properties(reach=self.reach))
        return self.reply(
            property_overview(properties=page, channel=self.channel_id, language=self.language)
        )
