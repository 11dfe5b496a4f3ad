from __future__ import annotations

from functools import partial

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.endpoint import endpoint, positional
from bookyflow.api.views import FeatureViewSet
from bookyflow.tariffs.guest_types import (
    guest_type_delete,
    guest_type_list,
    guest_type_save,
    guest_type_toggle,
)
from features.guesttypes.serializers import (
    GuestTypeAddedOut,
    GuestTypeChangedOut,
    GuestTypeDeletedOut,
    GuestTypeIn,
    GuestTypeOut,
    GuestTypePositionOut,
    GuestTypePublishedOut,
    PositionIn,
)

of_one = partial(endpoint, scope="tariffs_set", raises=("guest_type_not_found",))


class GuestTypes(FeatureViewSet):
    """Kinds of guests, such as seniors, whose price differs from that of the night."""

    @endpoint(scope="tariffs_get", key="guesttypes", returns=GuestTypeOut(many=True), replica=True)
    def list(self, request: Request, property_uid: int) -> Response:
        """List the guest types of a property by position and name, unpublished ones included."""
        return self.reply(guest_type_list(prop=self.prop))

    @endpoint(
        scope="tariffs_set",
        key="addguesttype",
        body=GuestTypeIn,
        returns=GuestTypeAddedOut(many=True),
    )
    def add(self, request: Request, property_uid: int) -> Response:
        """Add a guest type, which is published at once and stands at position 0."""
        values = self.input(GuestTypeIn)
        return self.reply([guest_type_save(property_id=property_uid, by=self.actor, **values)])

    create = positional(add, "create", successor="guesttypes/{property_uid}")

    @of_one(key="updateguesttype", body=GuestTypeIn, returns=GuestTypeChangedOut(many=True))
    def change(self, request: Request, property_uid: int, guesttype_uid: int) -> Response:
        """Overwrite a guest type; its position, and whether it is published, stay.

        Bookings keep their price.
        """
        return self.reply([self._saved(guesttype_uid)])

    update = positional(change, "update", successor="guesttypes/{property_uid}/{guesttype_uid}")

    @of_one(key="updateguesttype", segments=PositionIn, returns=GuestTypePositionOut(many=True))
    def update_order(
        self, request: Request, property_uid: int, guesttype_uid: int, order: str
    ) -> Response:
        """Give a guest type another position, from 0 to 32767; others keep theirs."""
        return self.reply([self._saved(guesttype_uid)])

    @of_one(key="publishguesttype", returns=GuestTypePublishedOut(many=True))
    def toggle_publish(self, request: Request, property_uid: int, guesttype_uid: int) -> Response:
        """Publish a guest type that is not, and the other way round.

        Send an Idempotency-Key: a call that is repeated without one undoes the first.
        """
        guest_type = guest_type_toggle(
            property_id=property_uid, guest_type_id=guesttype_uid, by=self.actor
        )
        return self.reply([guest_type])

    @of_one(key="deleteguesttype", returns=GuestTypeDeletedOut(many=True))
    def delete(self, request: Request, property_uid: int, guesttype_uid: int) -> Response:
        """Delete a guest type, and the minimum occupancies of room types that name it.

        Bookings keep their price and the name that it had.
        """
        guest_type_delete(property_id=property_uid, guest_type_id=guesttype_uid, by=self.actor)
        return self.reply([{"property_uid": property_uid, "guesttype_uid": guesttype_uid}])

    def _saved(self, guest_type_id: int) -> object:
        return guest_type_save(
            property_id=self.property_uid, guest_type_id=guest_type_id, by=self.actor, **self.body
        )
