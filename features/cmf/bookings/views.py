from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from bookyflow.api.views import FeatureViewSet
from bookyflow.channels.booking_links import booking_link, bookings_linked
from bookyflow.channels.bookings import booking_detail, booking_list
from bookyflow.channels.property_bookings import (
    RoomNights,
    property_bookings_cancel,
    room_nights,
)
from features.cmf.bookings.serializers import (
    ActiveQuery,
    BookedNightOut,
    BookingOut,
    KnownBookingOut,
    LinkIn,
    LocalBookingsOut,
)
from features.cmf.contract import DONE, cmf


def next_page(request: Request, found: RoomNights) -> dict[str, str]:
    """The header that leads to the next page; none on the last one."""
    if found.next_cursor is None:
        return {}
    url = replace_query_param(request.get_full_path(), "cursor", found.next_cursor)
    return {"Link": f'<{url}>; rel="next"'}


class Bookings(FeatureViewSet):
    """Bookings of a property, whoever made them."""

    @cmf(returns=BookingOut(many=True), paged=True, replica=True)
    def property_list_bookings(self, request: Request, property_uid: int) -> Response:
        """List all bookings of a property with their guests, the oldest change first.

        `room_types_booked` is empty here: read a single booking for its rooms.
        """
        found = booking_list(property_id=property_uid, channel=self.channel_id)
        return self.reply(self.page(found))

    @cmf(returns=BookingOut(many=True), raises=("booking_not_found",))
    def property_booking(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Read one booking with its guest, rooms and the channel's id, as a list of one."""
        booking = booking_detail(
            property_id=property_uid, channel=self.channel_id, booking_id=contract_uid
        )
        return self.reply([booking])

    @cmf(query=ActiveQuery, returns=BookedNightOut(many=True), linked=True, replica=True)
    def property_list_active_bookings(self, request: Request, property_uid: int) -> Response:
        """List the nights of rooms that bookings and blocks have from today on, by date.

        Where there is more than `limit`, `Link` with `rel="next"` leads on.
        """
        today = self.prop.settings.today()
        found = room_nights(property_id=property_uid, today=today, **self.query)
        return self.reply(found.nights, headers=next_page(request, found))

    @cmf(returns=LocalBookingsOut())
    def property_booking_link(
        self, request: Request, property_uid: int, remote_booking_number: str
    ) -> Response:
        """Find the bookings and blocks of a property that you know under an id of yours.

        Those of the reservation of this id as it is now, and those that are linked to it.
        """
        found = bookings_linked(
            channel_id=self.channel_id, property_id=property_uid, remote_id=remote_booking_number
        )
        return self.reply(found)

    @cmf(
        body=LinkIn,
        prop="body",
        returns=KnownBookingOut(),
        raises=("booking_not_found", "booking_state", "booking_linked"),
    )
    def put_property_booking_link(self, request: Request) -> Response:
        """Link a booking or block to an id of yours, in the place of the one that it had.

        Several bookings may share an id; what has ended cannot be linked. A link is yours alone:
        other channels have theirs. Cancelling the id with `reservations/cancel` cancels what is
        linked to it.
        """
        asked = self.input(LinkIn) | {"property_id": self.property_uid}
        booking = booking_link(channel_id=self.channel_id, by=self.actor, **asked)
        return self.reply(booking)

    @cmf(returns=serializers.BooleanField(), commits_each=True)
    def delete_property_bookings(self, request: Request, property_uid: int) -> Response:
        """Cancel all bookings and remove all blocks of a property, those of the past as well.

        Bookings of guests who have arrived or left stay. Each is cancelled for good before the
        next one, so a call that was cut off is simply repeated; repeating it changes nothing.
        Nothing is charged for it. `X-BOOKYFLOW-dry-run` shows whether it can be done.
        """
        property_bookings_cancel(
            property_id=property_uid, channel_id=self.channel_id, by=self.actor, each=self.steps
        )
        return self.reply(DONE)
