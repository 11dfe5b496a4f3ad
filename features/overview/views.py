from __future__ import annotations

from datetime import date

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet
from bookyflow.billing.booking_lists import arrivals, departures, residents
from bookyflow.reservations.day_counts import day_counts
from features.overview.contract import guests
from features.overview.serializers import DayCountsOut


class Today(FeatureViewSet):
    """Arrivals, departures and guests in the house, by the property's own date."""

    @property
    def today(self) -> date:
        """The property's own date."""
        return self.prop.settings.today()

    @guests(key="checkin")
    def check_ins(self, request: Request, property_uid: int) -> Response:
        """List what arrives today, guests who have arrived and blocks included.

        Today is the property's. What was cancelled, did not come or is only asked for is left out.
        """
        return self.reply(self.page(arrivals(property_id=property_uid, today=self.today)))

    @guests(key="checkout")
    def check_outs(self, request: Request, property_uid: int) -> Response:
        """List what departs today, guests who have left or never came and blocks included.

        Today is the property's. What was cancelled, did not come or is only asked for is left out.
        """
        return self.reply(self.page(departures(property_id=property_uid, today=self.today)))

    @guests(key="resident")
    def residents(self, request: Request, property_uid: int) -> Response:
        """List whose guests are checked in and not yet out, whatever their dates.

        The latest arrival comes first.
        """
        return self.reply(self.page(residents(property_id=property_uid)))

    @endpoint(
        scope="statistics_get", key="statistic", returns=DayCountsOut(many=True), replica=True
    )
    def statistics(self, request: Request, property_uid: int) -> Response:
        """Count today's arrivals and departures, those done, and who is in the house.

        Counted as they are listed, blocks included. A list of one.
        """
        return self.reply([day_counts(property_id=property_uid, today=self.today)])
