from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.tariffs.guest_types import guest_type_delete, guest_type_list, guest_type_save
from features.cmf.contract import DONE, cmf
from features.cmf.guesttypes.serializers import (
    ChannelGuestTypeIn,
    ChannelGuestTypeOut,
    GuestTypeSavedOut,
)


class GuestTypes(FeatureViewSet):
    """Kinds of guests, such as seniors, whose price differs from that of the night."""

    @cmf(returns=ChannelGuestTypeOut(many=True), replica=True)
    def property_list_guesttypes(self, request: Request, property_uid: int) -> Response:
        """List the guest types of a property by position and name, unpublished ones included."""
        return self.reply(guest_type_list(prop=self.prop))

    @cmf(
        body=ChannelGuestTypeIn,
        prop="body",
        versioned="guest type",
        returns=GuestTypeSavedOut(),
        raises=("guest_type_not_found",),
    )
    def put_property_guesttype(self, request: Request) -> Response:
        """Add a guest type, or change what is sent of one; what is not sent stays.

        A new one is published. Bookings keep their price.
        """
        return self.reply(
            guest_type_save(
                property_id=self.property_uid, by=self.actor, **self.input(ChannelGuestTypeIn)
            )
        )

    @cmf(
        versioned="guest type",
        returns=serializers.BooleanField(),
        raises=("guest_type_not_found",),
    )
    def delete_property_guesttype(
        self, request: Request, property_uid: int, guesttype_id: int
    ) -> Response:
        """Delete a guest type, and the minimum occupancies of room types that name it.

        Bookings keep their price and the name that it had.
        """
        guest_type_delete(property_id=property_uid, guest_type_id=guesttype_id, by=self.actor)
        return self.reply(DONE)
