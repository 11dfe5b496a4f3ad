from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.webhooks.objects import extra_read, invoice_read, rates_read, room_read
from features.webhooks.objects.contract import extra, invoice, read_back, room
from features.webhooks.objects.serializers.properties import RatesReadOut


class Extras(FeatureViewSet):
    """The extra that an event was about, as it is by now."""

    def read(self, extra_uid: int) -> Response:
        """The extra of the path."""
        return self.reply(extra_read(property_id=self.property_uid, extra_id=extra_uid))

    @extra()
    def extra_saved(self, request: Request, property_uid: int, extra_uid: int) -> Response:
        """Read an extra, as it is by now."""
        return self.read(extra_uid)

    @extra()
    def extra_deleted(self, request: Request, property_uid: int, extra_uid: int) -> Response:
        """Read an extra that is no longer offered, as it last was."""
        return self.read(extra_uid)


class Invoices(FeatureViewSet):
    """The invoice that an event was about, and what is paid of it by now."""

    def read(self, invoice_uid: int) -> Response:
        """The invoice of the path."""
        return self.reply(invoice_read(property_id=self.property_uid, invoice_id=invoice_uid))

    @invoice()
    def invoice_saved(self, request: Request, property_uid: int, invoice_uid: int) -> Response:
        """Read an invoice or credit note with its lines, and what is paid of it by now."""
        return self.read(invoice_uid)

    @invoice()
    def invoice_cancelled(self, request: Request, property_uid: int, invoice_uid: int) -> Response:
        """Read an invoice that was cancelled by a credit note."""
        return self.read(invoice_uid)


class Rooms(FeatureViewSet):
    """The room that an event was about, as it is by now."""

    def read(self, room_uid: int) -> Response:
        """The room of the path."""
        return self.reply(room_read(property_id=self.property_uid, room_id=room_uid))

    @room()
    def room_added(self, request: Request, property_uid: int, room_uid: int) -> Response:
        """Read a room that was added, as it is by now."""
        return self.read(room_uid)

    @room()
    def room_updated(self, request: Request, property_uid: int, room_uid: int) -> Response:
        """Read a room that was changed, as it is by now."""
        return self.read(room_uid)

    @room()
    def room_deleted(self, request: Request, property_uid: int, room_uid: int) -> Response:
        """Read a room that was deleted, as it last was."""
        return self.read(room_uid)


class Rates(FeatureViewSet):
    """The prices of a property."""

    @read_back(key="property_tariffs", returns=RatesReadOut())
    def tariffs_updated(self, request: Request, property_uid: int) -> Response:
        """Read all prices of nights that are not over, without tax.

        Consecutive nights of a tariff with the same price and conditions are one entry.
        """
        return self.reply(rates_read(prop=self.prop))
