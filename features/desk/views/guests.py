from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.reservations.lead_guest import lead_guest_correct
from bookyflow.reservations.selectors import booking_find
from features.desk.contract import FOUND, change, read
from features.desk.serializers.bookings import DeskGuestOut
from features.desk.serializers.guests import GuestCorrectionIn
from features.desk.views.base import DeskView


class Guests(DeskView):
    """Whom a booking is for."""

    @read(scope="guests_get", key="guest", returns=DeskGuestOut())
    def read_guest(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Read whom a booking is for, as it was told when the booking was made."""
        return self.reply(booking_find(**self.place).booked_for())

    @change(scope="guests_set", body=GuestCorrectionIn, raises=(*FOUND, "guest_not_found"))
    def correct_guest(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Correct whom one booking is for; what is not sent stays.

        The guest book, other bookings and what is invoiced already stay as they are.
        """
        lead_guest_correct(**self.here, changes=self.body)
        return self.booking()
