from __future__ import annotations

from datetime import date

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import WordedViewSet
from bookyflow.billing.booking_lists import bookings_between, bookings_by_arrival
from features.listbooking.contract import rows


class Bookings(WordedViewSet):
    """Bookings of a property with their guests; blocks are none."""

    @rows(key="listbooking")
    def list(self, request: Request, property_uid: int) -> Response:
        """List all bookings of a property, latest arrival first.

        Cancelled ones and enquiries are among them. `imgColor` and `TxtStatus` say how far each
        is today, by the property's own date.
        """
        return self.reply(self.page(bookings_by_arrival(property_id=property_uid)))

    @rows(key="listbookingdate")
    def list_between_dates(
        self, request: Request, property_uid: int, start: date, end: date
    ) -> Response:
        """List the bookings that arrive, stay or depart within a period, earliest arrival first.

        Both days are included. Cancelled bookings and enquiries are among them.
        """
        found = bookings_between(property_id=property_uid, start=start, end=end)
        return self.reply(self.page(found))
