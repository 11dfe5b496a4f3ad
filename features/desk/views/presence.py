from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.reservations.front_desk import (
    guest_check_in,
    guest_check_in_undo,
    guest_check_out,
    guest_check_out_undo,
)
from features.desk.contract import IN_STATE, work
from features.desk.serializers.steps import CheckInIn, CheckOutIn, OverrideQuery
from features.desk.views.base import DeskView


class Presences(DeskView):
    """Guests arriving and leaving."""

    @work(body=CheckInIn, raises=(*IN_STATE, "too_early", "room_occupied"))
    def check_in(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Check a guest in, once the guest before has left the room; a note says so.

        From the day of arrival on. Staff who decide otherwise say so with `override`.
        """
        guest_check_in(**self.here, **self.body)
        return self.booking()

    @work()
    def undo_check_in(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Take a check-in back: the guest has not arrived after all."""
        guest_check_in_undo(**self.here)
        return self.booking()

    @work(body=CheckOutIn)
    def check_out(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Check a guest out, who has to be checked in; a note says so."""
        guest_check_out(**self.here, **self.body)
        return self.booking()

    @work(query=OverrideQuery, raises=(*IN_STATE, "room_occupied"))
    def undo_check_out(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Take a check-out back: the guest is still there. Nights that were freed stay free.

        Refused where another guest has been checked in to a room meanwhile.
        """
        guest_check_out_undo(**self.here, **self.query)
        return self.booking()
