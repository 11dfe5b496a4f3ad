from __future__ import annotations

from functools import partial

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.contract import PUBLIC
from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet
from bookyflow.property_lifecycle.public_list import listed_properties, listed_property_count
from features.core.routes import routes_served
from features.core.serializers import SiteEndpointOut, SitePropertiesOut, SiteReportOut

site = partial(endpoint, scope=PUBLIC)


class Core(FeatureViewSet):
    """What an installation tells everybody."""

    @site(key="report", returns=SiteReportOut(many=True), replica=True)
    def report(self, request: Request) -> Response:
        """Tell where the API and the site are, and how many properties are published.

        The list has one item. Test properties do not count.
        """
        return self.reply([{"property_count": listed_property_count()}])

    @site(key="properties", returns=SitePropertiesOut(many=True), replica=True)
    def get_properties(self, request: Request) -> Response:
        """List the published properties, with what a remote site needs to link to them.

        The list has one item, with the properties inside. Tours and test properties are left out.
        """
        return self.reply([{"properties": listed_properties(language=self.language)}])

    @site(key="endpoints", returns=SiteEndpointOut(many=True))
    def endpoints(self, request: Request) -> Response:
        """List the routes of the features that are on, with the scope that each needs."""
        return self.reply(routes_served())
