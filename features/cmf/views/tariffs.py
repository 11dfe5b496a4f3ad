from __future__ import annotations

from datetime import date

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.availability.allotments import allotments_set
from bookyflow.tariffs.selectors import min_stays
from bookyflow.tariffs.tariff_types import min_stays_set, tariff_save
from features.cmf.contract import DONE, cmf
from features.cmf.ranges import stay_between
from features.cmf.serializers.tariffs import (
    AvailabilityIn,
    AvailabilityOut,
    MinStayOut,
    MinStaysIn,
    TariffIn,
)


class Tariffs(FeatureViewSet):
    """Tariffs date by date, and minimum stays."""

    @cmf(
        body=TariffIn,
        prop="body",
        returns=serializers.IntegerField(help_text="Id of the tariff, new or as sent."),
        raises=("tariff_type_not_found", "room_type_incorrect"),
    )
    def put_property_tariff(self, request: Request) -> Response:
        """Write one whole tariff of one room type: a price and a minimum stay per date.

        A new one, or in place of the one named by `tarifftypeid`, whose id stays: from today on
        the dates sent are then its only ones. What is not sent stays: conditions of the tariff,
        nights that are over, and whether a night is closed, to arrival or to departure as well,
        or has a longest stay; a closed night is not opened by its price. Keys of the two
        maps are dates or unix times; forms send them as `tariffinput[1811808000]=95`.
        """
        return self.reply(
            tariff_save(property_id=self.property_uid, by=self.actor, **self.input(TariffIn))
        )

    @cmf(
        body=MinStaysIn, prop="body", returns=serializers.BooleanField(), raises=("no_tariffs_yet",)
    )
    def put_property_minstays(self, request: Request) -> Response:
        """Set the minimum stay for ranges of dates, in all tariffs of the property.

        Dates outside keep theirs, dates without a price are passed over, and where ranges overlap
        the later one wins.
        """
        min_stays_set(property_id=self.property_uid, by=self.actor, **self.input(MinStaysIn))
        return self.reply(DONE)

    @cmf(returns=serializers.DictField(child=MinStayOut(), help_text="By date."))
    def property_minstay(
        self, request: Request, property_uid: int, start_date: date, end_date: date
    ) -> Response:
        """Read, day by day, the smallest minimum stay of the tariffs.

        `end_date` is included. A day without a price holds an empty object.
        """
        stay = stay_between(start_date, end_date)
        found = min_stays(property_id=property_uid, first=stay.arrival, last=stay.last_night)
        return self.reply(
            {day: {"minstay": found[day]} if day in found else {} for day in stay.nights}
        )


class Openings(FeatureViewSet):
    """Opening and closing room types."""

    @cmf(
        body=AvailabilityIn,
        prop="body",
        returns=AvailabilityOut(),
        raises=(
            "room_type_id_zero",
            "no_rooms_in_property",
            "no_rooms_of_this_type",
            "bookings_in_range",
            "dates_in_past",
        ),
    )
    def put_property_availability(self, request: Request) -> Response:
        """Open and close ranges of nights of one room type.

        An open range sells at most `inventory` rooms of the type a night; a closed one sells
        none. Blocks of single rooms stay as they are. A range cannot be closed while a guest's
        booking of the type lies in it. All ranges are applied, or none; later ones win.
        """
        allotments_set(
            property_id=self.property_uid, change=self.input(AvailabilityIn), by=self.actor
        )
        return self.reply({"success": True})
