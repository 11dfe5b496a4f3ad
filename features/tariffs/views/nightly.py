from __future__ import annotations

from functools import partial

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.properties.models import TariffMode
from bookyflow.tariffs.tariff_types import tariff_save
from features.tariffs.contract import change
from features.tariffs.serializers.nightly import NightlyTariffIn, NightlyTariffUpdateIn

nightly = partial(tariff_save, mode=TariffMode.MICROMANAGE, fills_gaps=True)


class Nightly(FeatureViewSet):
    """Tariffs night by night, of properties in micromanage mode."""

    @change(
        key="tarifftypeid",
        body=NightlyTariffIn,
        returns=serializers.IntegerField(help_text="Id of the new tariff."),
        raises=("tariff_save_method_not_valid", "room_type_incorrect"),
    )
    def create_micromanage(self, request: Request, property_uid: int) -> Response:
        """Add a tariff to a room type: a price and a minimum stay for every night.

        For properties in micromanage mode, in which new ones are. Keys of the two maps are dates
        or unix times; forms send them as `tariffinput[1811808000]=95`. A gap between two dates has
        the price and the minimum stay of the date before it: send 0 for nights that are not for
        sale. Prices go ten years ahead at most.
        """
        new = self.input(NightlyTariffIn) | {"tariff_type_id": None}
        return self.reply(nightly(property_id=property_uid, by=self.actor, **new))

    @change(
        key="tarifftypeid",
        body=NightlyTariffUpdateIn,
        versioned="tariff",
        returns=serializers.IntegerField(help_text="Id of the tariff, new or as sent."),
        raises=("tariff_save_method_not_valid", "room_type_incorrect", "tariff_type_not_found"),
    )
    def update_micromanage(self, request: Request, property_uid: int) -> Response:
        """Replace a tariff: its conditions and the whole calendar of prices and minimum stays.

        Its id stays, and so do the ids of nights that keep a price, nights that are over, and
        whether a night is closed. Other nights lose their price, and conditions that are not sent
        become their defaults. Dates and gaps are as for a new tariff, which `tarifftypeid` 0 makes.
        """
        wanted = self.input(NightlyTariffUpdateIn)
        return self.reply(nightly(property_id=property_uid, by=self.actor, **wanted))
