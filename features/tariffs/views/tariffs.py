from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet
from bookyflow.properties.models import TariffMode
from bookyflow.tariffs.selectors import rates_by_type, tariff_type_list
from bookyflow.tariffs.tariff_types import tariff_delete
from features.tariffs.contract import change
from features.tariffs.serializers.tariffs import DeletedTariffOut, TariffsOfTypeOut


class Tariffs(FeatureViewSet):
    """All tariffs of a property, in every tariff mode."""

    @endpoint(
        scope="tariffs_get",
        key="tariffs",
        returns=serializers.DictField(child=TariffsOfTypeOut(), help_text="By room type id."),
        paged=True,
        replica=True,
    )
    def list(self, request: Request, property_uid: int) -> Response:
        """List the rates of a property: room type id → tariff id → id of a rate → rate.

        A rate is what consecutive nights have in common: price, shortest and longest stay. Nights
        that are closed are left out, and those that are over are there. `limit` counts tariffs,
        which come in the order of their ids.
        """
        page = self.page(tariff_type_list(prop=self.prop))
        return self.reply(rates_by_type(tariff_types=page))

    @change(
        key="deletetariff",
        versioned="tariff",
        returns=DeletedTariffOut(many=True),
        raises=("tariff_save_method_not_valid", "tariff_type_not_found"),
    )
    def delete(self, request: Request, property_uid: int, tarifftype_id: int) -> Response:
        """Delete a tariff with all its prices, of a property in micromanage mode.

        Bookings keep the prices that they were made at.
        """
        tariff_delete(
            property_id=property_uid,
            tariff_type_id=tarifftype_id,
            mode=TariffMode.MICROMANAGE,
            by=self.actor,
        )
        deleted = {"property_uid": property_uid, "tarifftypeid": tarifftype_id}
        return self.reply([{"message": "Tariff deleted.", **deleted}])
