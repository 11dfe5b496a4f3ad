from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.channels.reservations import reservations_add, reservations_cancel
from features.cmf.contract import cmf
from features.cmf.reservations.serializers import (
    CancelIn,
    CancelledOut,
    ReservationsIn,
    ReservationsOut,
)


class Reservations(FeatureViewSet):
    """Reservations made on the channel."""

    @cmf(
        body=ReservationsIn,
        returns=ReservationsOut(),
        raises=(
            "reservations_refused",
            "no_room_available",
            "stop_sell",
            "reservation_differs",
            "reservation_cancelled",
            "dates_in_past",
        ),
        commits_each=True,
    )
    def put_reservations_add(self, request: Request) -> Response:
        """Bring in reservations that were made on the channel.

        Each is booked with all of its stays and rooms or not at all, and for good before the next
        one begins; one that fails does not stop the others. A call takes 300 stays at most. Sent
        again with the same content, a reservation answers with the bookings it has, so a call that
        was cut off is simply repeated; `reservation_differs` means that the content is another.
        `busy` means that others were at work on the property for too long. When none succeeds the
        answer is a problem with the reason for each under `results`; its key is the reason they
        share, such as `no_room_available` or `validation_failed`, else `reservations_refused`.
        """
        outcomes = reservations_add(
            reservations=self.input(ReservationsIn),
            channel_id=self.channel_id,
            reach=self.reach,
            by=self.actor,
            each=self.steps,
        )
        outcomes.refuse_if_none("reservations_refused")
        return self.reply(outcomes)

    @cmf(
        body=CancelIn,
        returns=CancelledOut(),
        raises=("cancellations_refused", "booking_state"),
        commits_each=True,
    )
    def put_reservations_cancel(self, request: Request) -> Response:
        """Cancel the bookings of reservations, by the channel's own ids.

        All stays of a reservation are cancelled, for good before the next one begins. Cancelling
        again changes nothing and succeeds. When none can be cancelled the answer is the problem
        `cancellations_refused`, with `booking_not_found` or `booking_state` for each under
        `results`.
        """
        outcomes = reservations_cancel(
            **self.body,
            channel_id=self.channel_id,
            reach=self.reach,
            by=self.actor,
            each=self.steps,
        )
        outcomes.refuse_if_none("cancellations_refused")
        return self.reply(outcomes)
