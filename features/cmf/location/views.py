from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.core.geocoder import location_of
from bookyflow.properties.editing import property_change
from features.cmf.contract import cmf
from features.cmf.location.serializers import LocationIn, LocationOut, PositionIn
from features.cmf.properties.serializers import PropertyOut
from features.cmf.properties.shown import PropertyShown


class Locations(PropertyShown):
    """Where a property lies."""

    @cmf(segments=PositionIn, returns=LocationOut(), raises=("no_geocoder", "geocoder_unavailable"))
    def location_information(self, request: Request, lat: str, long: str) -> Response:
        """Find the country and region that a position lies in; {} where there is none.

        The region is the smallest of ISO 3166-2, as GET /cmf/list/regions has them. The site's
        geocoder is asked; where it has none the answer is 409, `no_geocoder`.
        """
        return self.reply(location_of(**self.input(PositionIn)))

    @cmf(
        body=LocationIn,
        prop="body",
        versioned="property",
        returns=PropertyOut(),
        raises=("country_incorrect", "region_id_incorrect", "time_zone_needed"),
    )
    def put_property_location(self, request: Request) -> Response:
        """Set country, region and position of a property.

        What is not named stays. The time zone follows the place, unless somebody has set one. On a
        site that approves properties the approval is withdrawn. Answers the whole property.
        """
        property_change(property_id=self.property_uid, values=self.input(LocationIn), by=self.actor)
        return self.shown()
