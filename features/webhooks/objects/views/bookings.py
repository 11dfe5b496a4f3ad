from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.webhooks.objects import block_read, booking_read, note_read
from features.webhooks.objects.contract import block, booking, note


class Bookings(FeatureViewSet):
    """The booking that an event was about, as it is by now."""

    def read(self, contract_uid: int) -> Response:
        """The booking of the path."""
        return self.reply(booking_read(property_id=self.property_uid, booking_id=contract_uid))

    @booking()
    def booking_added(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Read a booking that was made, as it is by now.

        Contact data are with the guest: GET /webhooks/{property_uid}/guest_saved/{guest_uid}.
        """
        return self.read(contract_uid)

    @booking()
    def booking_modified(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Read a booking that was changed, as it is by now."""
        return self.read(contract_uid)

    @booking()
    def booking_cancelled(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Read a booking that was cancelled, as it is by now; it holds no rooms any more."""
        return self.read(contract_uid)

    @booking()
    def deposit_saved(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Read a booking for which a deposit came in, as it is by now."""
        return self.read(contract_uid)

    @booking()
    def guest_checkedin(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Read a booking whose guest has arrived, as it is by now."""
        return self.read(contract_uid)

    @booking()
    def guest_checkedin_undone(
        self, request: Request, property_uid: int, contract_uid: int
    ) -> Response:
        """Read a booking whose check-in was taken back, as it is by now."""
        return self.read(contract_uid)

    @booking()
    def guest_checkedout(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Read a booking whose guest has left, as it is by now."""
        return self.read(contract_uid)

    @booking()
    def guest_checkedout_undone(
        self, request: Request, property_uid: int, contract_uid: int
    ) -> Response:
        """Read a booking whose check-out was taken back, as it is by now."""
        return self.read(contract_uid)


class Blocks(FeatureViewSet):
    """The block that an event was about, as it is by now."""

    def read(self, contract_uid: int) -> Response:
        """The block of the path."""
        return self.reply(block_read(property_id=self.property_uid, block_id=contract_uid))

    @block()
    def blackbooking_added(
        self, request: Request, property_uid: int, contract_uid: int
    ) -> Response:
        """Read a block of rooms, as it is by now."""
        return self.read(contract_uid)

    @block()
    def blackbooking_deleted(
        self, request: Request, property_uid: int, contract_uid: int
    ) -> Response:
        """Read a block that was removed: its dates and reason are kept."""
        return self.read(contract_uid)


class Notes(FeatureViewSet):
    """The note that an event was about, as it is by now."""

    def read(self, note_uid: int) -> Response:
        """The note of the path."""
        return self.reply(note_read(property_id=self.property_uid, note_id=note_uid))

    @note()
    def booking_note_save(self, request: Request, property_uid: int, note_uid: int) -> Response:
        """Read a note of staff on a booking, as it is by now.

        `note_content` is empty for a token without `guests_get`, since notes speak of guests.
        """
        return self.read(note_uid)

    @note()
    def booking_note_deleted(self, request: Request, property_uid: int, note_uid: int) -> Response:
        """Learn when a note on a booking was deleted; its text is gone."""
        return self.read(note_uid)
