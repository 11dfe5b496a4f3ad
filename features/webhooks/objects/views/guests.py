from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.webhooks.objects import guest_read, guest_type_read
from features.webhooks.objects.contract import guest, guest_type


class Guests(FeatureViewSet):
    """The guest whom an event was about, as the guest book has the person by now."""

    def read(self, guest_uid: int) -> Response:
        """The guest of the path."""
        return self.reply(guest_read(property_id=self.property_uid, guest_id=guest_uid))

    @guest()
    def guest_saved(self, request: Request, property_uid: int, guest_uid: int) -> Response:
        """Read a guest, as the guest book has the person by now.

        Whatever says who it is, is empty for a token without `guests_get`.
        """
        return self.read(guest_uid)

    @guest()
    def guest_deleted(self, request: Request, property_uid: int, guest_uid: int) -> Response:
        """Learn when a guest was deleted or anonymised; nothing is known of the person since."""
        return self.read(guest_uid)


class GuestTypes(FeatureViewSet):
    """The guest type that an event was about, as it is by now."""

    def read(self, guest_type_uid: int) -> Response:
        """The guest type of the path."""
        found = guest_type_read(property_id=self.property_uid, guest_type_id=guest_type_uid)
        return self.reply(found)

    @guest_type()
    def guest_type_saved(
        self, request: Request, property_uid: int, guest_type_uid: int
    ) -> Response:
        """Read a guest type, as it is by now."""
        return self.read(guest_type_uid)

    @guest_type()
    def guest_type_deleted(
        self, request: Request, property_uid: int, guest_type_uid: int
    ) -> Response:
        """Read a guest type that was deleted, as it last was; its event is kept for 90 days."""
        return self.read(guest_type_uid)
