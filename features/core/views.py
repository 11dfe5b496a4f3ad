from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.contract import PUBLIC
from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet
from bookyflow.property_lifecycle.public_list import listed_properties, listed_property_count
from features.core.serializers import SiteEndpointOut, SitePropertiesOut, SiteReportOut
from features.core.site import addresses, endpoint_rows, property_row


class Core(FeatureViewSet):
    """What an installation tells everybody."""

    @endpoint(
        scope=PUBLIC,
        key="report",
        returns=SiteReportOut(many=True),
    )
    def report(self, request: Request) -> Response:
        """Tell where the API and the site are, and how many properties are published.

        The list has one item. Test properties do not count.
        """
        return self.reply([{**addresses(request), "property_count": listed_property_count()}])

    @endpoint(
        scope=PUBLIC,
        key="properties",
        returns=SitePropertiesOut(many=True),
    )
    def get_properties(self, request: Request) -> Response:
        """List the published properties, with what a remote site needs to link to them.

        The list has one item, with the properties inside. Tours and test properties are left out.
        """
        rows = [property_row(request, prop) for prop in listed_properties(language=self.language)]
        return self.reply([{**addresses(request), "properties": rows}])

    @endpoint(
        scope=PUBLIC,
        key="endpoints",
        returns=SiteEndpointOut(many=True),
    )
    def endpoints(self, request: Request) -> Response:
        """List the routes of the features that are on, with the scope that each needs."""
        return self.reply(endpoint_rows(request))
