from __future__ import annotations

from datetime import date

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet
from bookyflow.availability.nights import nights_taken
from bookyflow.availability.selectors import rooms_free_listed
from bookyflow.reservations.selectors import timeline
from bookyflow.tariffs.selectors import rate_list
from features.properties.contract import bookings
from features.properties.periods import check_period, stay_of
from features.properties.serializers.availability import AvailableRoomOut, TimelineEventOut
from features.properties.serializers.tariffs import RateRowOut


class Sales(FeatureViewSet):
    """What is for sale at a property, and what is sold."""

    @endpoint(scope="tariffs_get", key="tariffs", returns=RateRowOut(many=True), replica=True)
    def list_tariffs(self, request: Request, property_uid: int) -> Response:
        """List the prices of a property, oldest first, past ones included.

        Consecutive days of a tariff with the same price and conditions are one entry.
        """
        return self.reply(rate_list(prop=self.prop))

    @bookings(
        key="available_rooms",
        returns=serializers.DictField(child=AvailableRoomOut(), help_text="By room id."),
        replica=True,
    )
    def list_available_rooms(
        self, request: Request, property_uid: int, arrival_date: date, departure_date: date
    ) -> Response:
        """List the rooms that can be had on every night of a stay, by number.

        The night before `departure_date` is the last one, unless whole days are let: then that
        day is. Neither prices nor whether the property is published play a part.
        """
        settings = self.prop.settings
        nights = nights_taken(settings, stay_of(arrival_date, departure_date))
        rooms = rooms_free_listed(property_id=property_uid, nights=nights, today=settings.today())
        return self.reply({str(room.id): room for room in rooms})

    @bookings(key="dashboard_availabilities", returns=TimelineEventOut(many=True), replica=True)
    def list_timeline_events(
        self, request: Request, property_uid: int, start: date, end: date
    ) -> Response:
        """List the bookings and blocks between two dates, one entry per booking and room.

        Those that only touch the period are listed as well; cancelled ones are not.
        """
        check_period(start, end)
        return self.reply(timeline(property_id=property_uid, start=start, end=end))
