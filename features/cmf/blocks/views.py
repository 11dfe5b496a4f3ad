from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.channels.booking_links import blocks_named, channel_block_create
from bookyflow.reservations.blocks import block_remove
from bookyflow.reservations.selectors import blocks_open
from features.cmf.blocks.serializers import BlockedOut, BlockIn, BlocksOut
from features.cmf.contract import DONE, cmf


class Blocks(FeatureViewSet):
    """Nights on which rooms are closed without a guest."""

    @cmf(
        body=BlockIn,
        prop="body",
        returns=BlockedOut(),
        raises=(
            "room_taken",
            "room_not_found",
            "no_rooms_in_property",
            "dates_in_past",
            "block_differs",
        ),
    )
    def put_property_blackbooking(self, request: Request) -> Response:
        """Block some or all rooms for a range of nights.

        Where whole days are let, the day after the last night is closed as well.
        All or nothing: when one night of one room is taken, nothing is blocked. Under the
        `remote_booking_id` of a block of yours other nights or rooms are `block_differs`.
        """
        block = channel_block_create(
            channel_id=self.channel_id,
            property_id=self.property_uid,
            by=self.actor,
            **self.input(BlockIn),
        )
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

    @cmf(returns=BlocksOut(), paged=True, replica=True)
    def property_list_blackbookings(self, request: Request, property_uid: int) -> Response:
        """List the blocks that still close a night, by their first night."""
        blocks = blocks_open(prop=self.prop, today=self.prop.settings.today())
        by_id = blocks_named(channel_id=self.channel_id, blocks=self.page(blocks))
        return self.reply({"ids": list(by_id), "by_id": by_id})
