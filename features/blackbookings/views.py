from __future__ import annotations

from datetime import date

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet
from bookyflow.core.dates import ONE_DAY, Stay
from bookyflow.reservations.blocks import block_create, block_remove
from bookyflow.reservations.selectors import rooms_blocked
from features.blackbookings.serializers import BlockedRoomOut, ReasonIn


class Blocks(FeatureViewSet):
    """Nights on which rooms are closed without a guest."""

    @endpoint(
        scope="bookings_get",
        key="blackbooking",
        returns=BlockedRoomOut(many=True),
        paged=True,
        replica=True,
    )
    def list_rooms(self, request: Request, property_uid: int, date: date) -> Response:
        """List the rooms that are blocked on a date or later, by number, with all these blocks.

        A block of several rooms is with each of them, under the same id.
        """
        return self.reply(self.page(rooms_blocked(property_id=property_uid, since=date)))

    @endpoint(
        scope="desk_set",
        key="addblackbookings",
        body=ReasonIn,
        returns=serializers.IntegerField(help_text="Id of the block."),
        raises=("room_not_found", "no_rooms_in_property", "room_taken", "dates_in_past"),
    )
    def create(self, request: Request, property_uid: int, room_uid: int, date: date) -> Response:
        """Block one room for one night.

        Where whole days are let, the day after is closed as well.
        """
        night, rooms = Stay(date, date + ONE_DAY), [room_uid]
        block = block_create(
            property_id=property_uid,
            stay=night,
            room_ids=rooms,
            by=self.actor,
            **self.input(ReasonIn),
        )
        return self.reply(block.pk)

    @endpoint(
        scope="desk_set",
        key="blackbookingsdeleted",
        returns=serializers.IntegerField(help_text="Id of the block."),
        raises=("block_not_found",),
    )
    def delete(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Open the rooms of a block again, all of them and on all nights.

        A guest's booking cannot be ended this way. Repeating the call changes nothing.
        """
        block_remove(block_id=contract_uid, property_id=property_uid, by=self.actor)
        return self.reply(contract_uid)
