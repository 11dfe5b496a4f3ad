from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.endpoint import endpoint, positional
from bookyflow.api.views import FeatureViewSet
from bookyflow.guests.profiles import GuestProfile, guest_add, guest_update
from bookyflow.guests.selectors import guest_list
from bookyflow.privacy.anonymising import guest_delete
from features.guests.serializers import (
    GuestAddedOut,
    GuestChangedOut,
    GuestDeletedOut,
    GuestEntryIn,
    GuestEntryOut,
)


class Guests(FeatureViewSet):
    """The guest book of a property."""

    @endpoint(scope="guests_get", key="listguests", returns=GuestEntryOut(many=True), paged=True)
    def list(self, request: Request, property_uid: int) -> Response:
        """List the guests of a property by id."""
        return self.reply(self.page(guest_list(property_id=property_uid)))

    @endpoint(
        scope="guests_set",
        key="addguest",
        body=GuestEntryIn,
        returns=GuestAddedOut(many=True),
        raises=("conflict",),
    )
    def add(self, request: Request, property_uid: int) -> Response:
        """Add a guest to the guest book of a property.

        Only the surname is needed. `conflict`: another guest of the property has the e-mail
        address.
        """
        profile = GuestProfile(**self.input(GuestEntryIn))
        return self.reply([guest_add(property_id=property_uid, profile=profile, by=self.actor)])

    create = positional(add, "create", successor="guests/{property_uid}")

    @endpoint(
        scope="guests_set",
        key="updateguest",
        body=GuestEntryIn,
        versioned="guest",
        returns=GuestChangedOut(many=True),
        raises=("guest_not_found", "conflict"),
    )
    def change(self, request: Request, property_uid: int, guests_uid: int) -> Response:
        """Overwrite what the guest book says of a guest.

        What is left out becomes empty. Bookings and invoices keep whom they were made for.
        `conflict`: another guest of the property has the e-mail address.
        """
        changes: dict[str, Any] = self.input(GuestEntryIn)
        guest = guest_update(
            guest_id=guests_uid, property_id=property_uid, changes=changes, by=self.actor
        )
        return self.reply([guest])

    update = positional(change, "update", successor="guests/{property_uid}/{guests_uid}")

    @endpoint(
        scope="guests_set",
        key="deleteguest",
        versioned="guest",
        returns=GuestDeletedOut(many=True),
        raises=("guest_not_found", "guest_has_bookings"),
    )
    def delete(self, request: Request, property_uid: int, guests_uid: int) -> Response:
        """Delete a guest and all personal data of this person, for good.

        Past bookings, amounts and statistics stay, without the name; issued invoices keep their
        buyer for as long as the law wants it. `guest_has_bookings`: cancel those to come, or check
        the guest out, first, since either may have fees and refunds.
        """
        guest_delete(guest_id=guests_uid, property_id=property_uid, by=self.actor)
        return self.reply([{"property_uid": property_uid, "guests_uid": guests_uid}])
