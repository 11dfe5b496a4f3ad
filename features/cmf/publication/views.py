from __future__ import annotations

from functools import partial

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.channels.selectors import linked
from bookyflow.property_lifecycle.bulk import properties_publish
from bookyflow.property_lifecycle.publication import (
    property_publish,
    property_review,
    property_status,
    property_unpublish,
)
from features.cmf.contract import DONE, cmf
from features.cmf.publication.serializers import (
    ProgressOut,
    PropertyNamedIn,
    PropertyProgressOut,
    PublishedOut,
    ReviewedOut,
)

write = partial(cmf, body=PropertyNamedIn, prop="body", versioned="property")


class Statuses(FeatureViewSet):
    """How far properties have come on their way to the visitors."""

    @cmf(returns=ProgressOut())
    def property_status(self, request: Request, property_uid: int) -> Response:
        """Read how far a property has come, as it was when that was looked at last."""
        return self.reply(self.prop)

    @cmf(returns=PropertyProgressOut(many=True), paged=True, replica=True)
    def properties_statuses(self, request: Request) -> Response:
        """List how far each property has come that the channel is linked to."""
        return self.reply(self.page(linked(reach=self.reach, channel=self.channel_id)))

    @write(returns=ReviewedOut())
    def put_property_status_review(self, request: Request) -> Response:
        """Look at what a property lacks, and keep whether it is complete.

        On sites that want properties to be complete an incomplete one is unpublished. That the
        approval is missing is told once nothing else is.
        """
        return self.reply(property_review(property_id=self.property_uid, by=self.actor))


class Publication(FeatureViewSet):
    """Showing properties to visitors."""

    @write(
        returns=PublishedOut(),
        raises=(
            "property_not_approved",
            "property_incomplete",
            "time_zone_needed",
            "manager_suspended",
        ),
    )
    def put_property_publish(self, request: Request) -> Response:
        """Show a property to visitors; what it lacks is looked at now, and told in `fields`.

        Publishing one that is published changes nothing.
        """
        before = property_status(self.prop)
        property_publish(prop=self.prop, by=self.actor)
        return self.reply(before)

    @write(returns=serializers.BooleanField())
    def put_property_unpublish(self, request: Request) -> Response:
        """Take a property from the visitors' sight; its bookings stay. Twice changes nothing."""
        property_unpublish(prop=self.prop, by=self.actor)
        return self.reply(DONE)

    @cmf(returns=serializers.ListField(child=serializers.IntegerField()))
    def put_properties_publish(self, request: Request) -> Response:
        """Publish every property of the channel that is approved and lacks nothing now.

        Answers their ids. Those that the channel is not linked to are left alone.
        """
        ids = linked(reach=self.reach, channel=self.channel_id).values_list("pk", flat=True)
        return self.reply(properties_publish(property_ids=ids, by=self.actor))
