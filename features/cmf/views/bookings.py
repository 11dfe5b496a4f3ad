from __future__ import annotations

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet
from bookyflow.channels.reservations import reservations_add, reservations_cancel
from bookyflow.channels.selectors import booking_detail, booking_list
from bookyflow.core.dates import ONE_DAY
from bookyflow.reservations.selectors import blocks_open
from bookyflow.reservations.services import block_create, block_remove
from features.cmf.booking_object import (
    booked,
    booking_object,
    cancelled_text,
    remote_reservation,
    result,
)
from features.cmf.outcomes import DONE, refuse_when_none_succeeded
from features.cmf.ranges import stay_between
from features.cmf.serializers.bookings import (
    BlockedOut,
    BlockIn,
    BlocksOut,
    BookingOut,
    CancelIn,
    CancelledOut,
    ReservationsIn,
    ReservationsOut,
)


class Blocks(FeatureViewSet):
    """Nights on which rooms are closed without a guest."""

    @endpoint(
        scope="channel_management",
        key="response",
        body=BlockIn,
        prop="body",
        returns=BlockedOut(),
        raises=("room_taken", "room_not_found", "no_rooms_in_property", "dates_in_past"),
        channel=True,
        example={"success": True, "contract_id": 931},
        request_example={
            "property_uid": 31,
            "availability": {"date_from": "2027-06-01", "date_to": "2027-06-07"},
            "room_ids": [101, 102],
            "text": "Owner stay",
        },
    )
    def put_property_blackbooking(self, request: Request) -> Response:
        """Block some or all rooms for a range of nights.

        All or nothing: when one night of one room is taken, nothing is blocked.
        """
        nights = self.body["availability"]
        block = block_create(
            prop=self.prop,
            stay=stay_between(nights["date_from"], nights["date_to"], field="date_to"),
            room_ids=self.body.get("room_ids", ()),
            reason=self.body.get("text", ""),
            by=self.actor,
        )
        return self.reply({"success": True, "contract_id": block.pk})

    @endpoint(
        scope="channel_management",
        key="response",
        returns=serializers.BooleanField(),
        raises=("block_not_found",),
        channel=True,
        example=True,
    )
    def delete_property_blackbooking(
        self, request: Request, property_uid: int, contract_id: int
    ) -> Response:
        """Open blocked rooms again.

        A guest's booking cannot be ended this way. Repeating the call changes nothing.
        """
        block_remove(block_id=contract_id, property_id=property_uid, by=self.actor)
        return self.reply(DONE)

    @endpoint(
        scope="channel_management",
        key="response",
        returns=BlocksOut(),
        channel=True,
        example={
            "blackbooking_ids": [23],
            "blackbookings": {"23": {"date_from": "2027-09-01", "date_to": "2027-09-07"}},
        },
    )
    def property_list_blackbookings(self, request: Request, property_uid: int) -> Response:
        """List the blocks that still close a night, by their first night."""
        blocks = blocks_open(prop=self.prop, today=self.prop.settings.today())
        nights = {
            str(block.pk): {"arrival": block.arrival, "last_night": block.departure - ONE_DAY}
            for block in blocks
        }
        return self.reply({"blackbooking_ids": list(map(int, nights)), "blackbookings": nights})


class Reservations(FeatureViewSet):
    """Reservations made on the channel."""

    @endpoint(
        scope="channel_management",
        key="response",
        body=ReservationsIn,
        returns=ReservationsOut(),
        raises=(
            "reservations_refused",
            "no_room_available",
            "room_taken",
            "stop_sell",
            "reservation_differs",
            "reservation_cancelled",
            "dates_in_past",
        ),
        channel=True,
        request_example={
            "reservations": {
                "reservations": [
                    {
                        "remote_reservation_id": "70012345",
                        "comments": "Late arrival",
                        "referrer": "Alpine Sync",
                        "guest_info": {
                            "name": "Ada",
                            "surname": "Berger",
                            "email": "ada.berger@mail.example",
                            "phone": "+43 660 000000",
                            "address": "Ring 4, Wien",
                            "post_code": "1010",
                            "country_code": "AT",
                            "language_id": "en-GB",
                        },
                        "stay_infos": [
                            {
                                "property_id": 31,
                                "date_from": "2027-06-01",
                                "date_to": "2027-06-06",
                                "channel_price": "570.00",
                                "already_paid": "57.00",
                                "room_quantity": 1,
                                "room_type_id": 1,
                                "guest_number": 2,
                            }
                        ],
                    }
                ]
            }
        },
    )
    def put_reservations_add(self, request: Request) -> Response:
        """Bring in reservations that were made on the channel.

        Each is booked with all of its stays and rooms or not at all; one that fails does not stop
        the others. Sent again with the same content, a reservation answers with the bookings it
        has. When none succeeds the answer is a problem with the reason for each under `results`;
        its key is the reason they share, such as `no_room_available`, or `reservations_refused`.
        """
        items = self.body["reservations"]["reservations"]
        outcomes = reservations_add(
            reservations=[remote_reservation(item) for item in items],
            channel_id=self.channel_id,
            reach=self.reach,
            by=self.actor,
        )
        refuse_when_none_succeeded(outcomes, "reservations_refused")
        return self.reply(
            {
                "successful_bookings": {
                    one.remote_id: booked(one) for one in outcomes if one.bookings
                },
                "unsuccessful_bookings": {
                    one.remote_id: result(one) for one in outcomes if one.error
                },
            }
        )

    @endpoint(
        scope="channel_management",
        key="response",
        body=CancelIn,
        returns=CancelledOut(),
        raises=("cancellations_refused", "booking_state"),
        channel=True,
        example={
            "success": True,
            "cancellations": ["Booking 912 of property 31 was cancelled"],
            "results": {"70012345": {"success": True, "key": "", "message": ""}},
        },
        request_example={"reservation_ids": ["70012345", "70012399"]},
    )
    def put_reservations_cancel(self, request: Request) -> Response:
        """Cancel the bookings of reservations, by the channel's own ids.

        All stays of a reservation are cancelled. Cancelling again changes nothing and succeeds.
        When none can be cancelled the answer is the problem `cancellations_refused`, with
        `booking_not_found` or `booking_state` for each under `results`.
        """
        outcomes = reservations_cancel(
            remote_ids=self.body["reservation_ids"],
            channel_id=self.channel_id,
            reach=self.reach,
            by=self.actor,
        )
        refuse_when_none_succeeded(outcomes, "cancellations_refused")
        return self.reply(
            {
                "success": True,
                "cancellations": [text for one in outcomes for text in cancelled_text(one)],
                "results": {one.remote_id: result(one) for one in outcomes},
            }
        )


class Bookings(FeatureViewSet):
    """Bookings of a property, whoever made them."""

    @endpoint(
        scope="channel_management", key="response", returns=BookingOut(many=True), channel=True
    )
    def property_list_bookings(self, request: Request, property_uid: int) -> Response:
        """List all bookings of a property with their guests, the oldest change first.

        `room_types_booked` is empty here: read a single booking for its rooms.
        """
        return self.reply([booking_object(one) for one in booking_list(prop=self.prop)])

    @endpoint(
        scope="channel_management", key="response", returns=BookingOut(many=True), channel=True
    )
    def property_booking(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Read one booking with its guest, rooms and the channel's id, as a list of one."""
        booking = get_object_or_404(booking_detail(prop=self.prop, booking_id=contract_uid))
        return self.reply([booking_object(booking)])
