from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.tariffs.extras import extra_delete, extra_list, extra_save
from features.cmf.contract import DONE, cmf
from features.cmf.extras.serializers import ExtraIn, ExtraOut, ExtraSavedOut

BY_ID = serializers.DictField(child=ExtraOut(), help_text="By id.")


class Extras(FeatureViewSet):
    """What a guest may, or must, buy beside the rooms."""

    @cmf(returns=BY_ID, paged=True, replica=True)
    def property_list_extras(self, request: Request, property_uid: int) -> Response:
        """List the extras of a property by name, those that are not published included.

        The cleaning fee and the security deposit are none: they have calls of their own.
        """
        return self._listed()

    @cmf(
        returns=BY_ID,
        paged=True,
        deprecated=True,
        successor="cmf/property/list/extras/{property_uid}",
        replica=True,
    )
    def property_list_discounts(self, request: Request, property_uid: int) -> Response:
        """List the extras of a property, as property/list/extras does.

        Discounts are read with property/list/coupons and property/lastminute/discount.
        """
        return self._listed()

    @cmf(
        body=ExtraIn,
        prop="body",
        versioned="extra",
        returns=ExtraSavedOut(),
        raises=("extra_not_found", "room_type_incorrect"),
    )
    def put_property_extra(self, request: Request) -> Response:
        """Add an extra, or change what is sent of one; what is not sent stays."""
        return self.reply(
            extra_save(property_id=self.property_uid, by=self.actor, **self.input(ExtraIn))
        )

    @cmf(versioned="extra", returns=serializers.BooleanField(), raises=("extra_not_found",))
    def delete_property_extra(self, request: Request, property_uid: int, extra_id: int) -> Response:
        """Delete an extra. Bookings that have it keep it."""
        extra_delete(property_id=property_uid, extra_id=extra_id, by=self.actor)
        return self.reply(DONE)

    def _listed(self) -> Response:
        extras = self.page(extra_list(prop=self.prop).order_by("name", "pk"))
        return self.reply({extra.pk: extra for extra in extras})
