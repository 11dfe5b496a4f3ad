from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.channels.reservations import reservations_add, reservations_cancel
from bookyflow.channels.selectors import booking_detail, booking_list
from bookyflow.reservations.blocks import block_create, block_remove
from bookyflow.reservations.selectors import blocks_open
from features.cmf.contract import DONE, cmf
from features.cmf.serializers.blocks import BlockedOut, BlockIn, BlocksOut
from features.cmf.serializers.bookings import BookingOut
from features.cmf.serializers.reservations import (
    CancelIn,
    CancelledOut,
    ReservationsIn,
    ReservationsOut,
)


class Blocks(FeatureViewSet):
    """Nights on which rooms are closed without a guest."""

    @cmf(
        body=BlockIn,
        prop="body",
        returns=BlockedOut(),
        raises=("room_taken", "room_not_found", "no_rooms_in_property", "dates_in_past"),
    )
    def put_property_blackbooking(self, request: Request) -> Response:
        """Block some or all rooms for a range of nights.

        Where whole days are let, the day after the last night is closed as well.
        All or nothing: when one night of one room is taken, nothing is blocked.
        """
        block = block_create(property_id=self.property_uid, by=self.actor, **self.input(BlockIn))
        return self.reply({"success": True, "contract_id": block.pk})

    @cmf(returns=serializers.BooleanField(), raises=("block_not_found",))
    def delete_property_blackbooking(
        self, request: Request, property_uid: int, contract_id: int
    ) -> Response:
        """Open blocked rooms again.

        A guest's booking cannot be ended this way. Repeating the call changes nothing.
        """
        block_remove(block_id=contract_id, property_id=property_uid, by=self.actor)
        return self.reply(DONE)

    @cmf(returns=BlocksOut(), paged=True)
    def property_list_blackbookings(self, request: Request, property_uid: int) -> Response:
        """List the blocks that still close a night, by their first night."""
        blocks = blocks_open(prop=self.prop, today=self.prop.settings.today())
        by_id = {block.pk: block for block in self.page(blocks)}
        return self.reply({"ids": list(by_id), "by_id": by_id})


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
