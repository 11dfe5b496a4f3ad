from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet
from bookyflow.billing.reception import reception_book
from features.properties.serializers.reception import ReceptionBookingIn


class Reception(FeatureViewSet):
    """Bookings that are written down at the reception."""

    @endpoint(
        scope="bookings_set",
        key="booking_number",
        body=ReceptionBookingIn,
        returns=serializers.CharField(help_text="The booking's number: ten digits."),
        raises=(
            "room_not_found",
            "room_taken",
            "stop_sell",
            "no_room_available",
            "dates_in_past",
            "guest_not_found",
            "conflict",
            "too_early",
            "room_occupied",
        ),
    )
    def add_booking(self, request: Request, property_uid: int) -> Response:
        """Add a booking of one room at a total that you state.

        Nothing is priced: net and tax follow from the total and the property's tax rate, and the
        total is what the guest owes. A deposit that is paid is entered as a payment. No mail goes
        out. The invoice is issued when the guest has left, or when you ask for it. The guest with
        the e-mail address is brought up to date; `existing_id` names another one.
        """
        booking = reception_book(
            property_id=property_uid, asked=self.input(ReceptionBookingIn), by=self.actor
        )
        return self.reply(booking.number)
