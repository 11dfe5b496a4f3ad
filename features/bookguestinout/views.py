from __future__ import annotations

from collections.abc import Callable

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import WordedViewSet
from bookyflow.reservations.front_desk import (
    DeskStep,
    booking_presence,
    guest_check_in,
    guest_check_in_undo,
    guest_check_out,
    guest_check_out_undo,
)
from features.bookguestinout.contract import entry, step
from features.bookguestinout.serializers import CheckedInOut, CheckedOutOut, PresenceOut


class Presences(WordedViewSet):
    """Whether guests have arrived and left."""

    def done(self, act: Callable[..., DeskStep], **options: bool) -> Response:
        """Take a step with the booking of the path, noted in the language of the request."""
        booking_id = self.kwargs["contract_uid"]
        step = act(property_id=self.property_uid, booking_id=booking_id, by=self.actor, **options)
        return self.reply([step])

    @endpoint(
        scope="bookings_get",
        key="booking_status",
        returns=PresenceOut(),
        raises=("booking_not_found",),
    )
    def get_status(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Tell whether the guest of a booking has arrived and left, and on which days.

        The days are the property's own, and empty while the flag is 0.
        """
        return self.reply(booking_presence(property_id=property_uid, booking_id=contract_uid))

    @entry(key="checkin_booked_in", returns=CheckedInOut(many=True))
    def check_in(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Check the guest of a booking in, on any day, once the guest before has left the room.

        A note in the language of the request is added to the booking. Answers with a list of one.
        """
        return self.done(guest_check_in, any_day=True)

    @step(key="undo_checkin_booked_in", returns=CheckedInOut(many=True))
    def undo_check_in(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Take a check-in back: the guest has not arrived after all.

        Refused once the guest has left: undo the check-out first.
        """
        return self.done(guest_check_in_undo)

    @step(key="checkout_bookedout", returns=CheckedOutOut(many=True))
    def check_out(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Check the guest of a booking out, who has to be checked in.

        Nights that are left stay booked, and the account stays as it is.
        """
        return self.done(guest_check_out)

    @entry(key="undo_checkout_bookedout", returns=CheckedOutOut(many=True))
    def undo_check_out(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Take a check-out back: the guest is still there, and nobody else in the room."""
        return self.done(guest_check_out_undo)
