from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet
from bookyflow.reservations.day_counts import bookings_made


class LatestBookings(FeatureViewSet):
    """What came in lately, for polling."""

    @endpoint(scope="bookings_get", key="lastactive_bookings", returns=serializers.IntegerField())
    def count_bookings(self, request: Request, property_uid: int, minutes: int) -> Response:
        """Count the bookings that came in at a property in the last minutes.

        Those that have been cancelled since count as well; blocks do not.
        """
        return self.reply(bookings_made(property_id=property_uid, minutes=minutes))
