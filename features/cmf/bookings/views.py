from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.channels.selectors import booking_detail, booking_list
from features.cmf.bookings.serializers import BookingOut
from features.cmf.contract import cmf


class Bookings(FeatureViewSet):
    """Bookings of a property, whoever made them."""

    @cmf(returns=BookingOut(many=True), paged=True)
    def property_list_bookings(self, request: Request, property_uid: int) -> Response:
        """List all bookings of a property with their guests, the oldest change first.

        `room_types_booked` is empty here: read a single booking for its rooms.
        """
        return self.reply(self.page(booking_list(prop=self.prop)))

    @cmf(returns=BookingOut(many=True), raises=("booking_not_found",))
    def property_booking(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Read one booking with its guest, rooms and the channel's id, as a list of one."""
        return self.reply([booking_detail(prop=self.prop, booking_id=contract_uid)])
