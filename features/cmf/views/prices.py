from __future__ import annotations

from datetime import date

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.availability.nights import nights_taken
from bookyflow.availability.selectors import calendar, rooms_continuously_free
from bookyflow.reservations.price_lookup import base_price, party_prices
from bookyflow.tariffs.services import base_price_set, prices_set
from features.cmf.contract import DONE, cmf
from features.cmf.ranges import stay_between
from features.cmf.serializers.availability import AvailableRoomsOut, CalendarDayOut
from features.cmf.serializers.prices import BasePriceIn, BasePriceOut, PartyPriceOut, PricesIn


class Prices(FeatureViewSet):
    """What nights cost."""

    @cmf(body=PricesIn, prop="body", returns=serializers.BooleanField(), raises=("no_tariffs_yet",))
    def put_property_prices(self, request: Request) -> Response:
        """Set the price per night for ranges of nights, in all tariffs of the property.

        Nights outside keep their price; where ranges overlap the later one wins. Minimum stays
        stay as they are.
        """
        prices_set(property_id=self.property_uid, by=self.actor, **self.input(PricesIn))
        return self.reply(DONE)

    @cmf(
        body=BasePriceIn,
        prop="body",
        returns=serializers.BooleanField(),
        raises=("tariffs_already_exist", "no_rooms_in_property"),
    )
    def put_property_base_price(self, request: Request) -> Response:
        """Give a property its first prices: one tariff per room type, for the next two years."""
        base_price_set(property_id=self.property_uid, by=self.actor, **self.input(BasePriceIn))
        return self.reply(DONE)

    @cmf(returns=BasePriceOut(allow_null=True))
    def property_base_price(self, request: Request, property_uid: int) -> Response:
        """Read the lowest price of tonight; null when nothing is for sale."""
        return self.reply(base_price(prop=self.prop))

    @cmf(
        returns=serializers.DictField(child=PartyPriceOut(), help_text="By number of guests."),
        raises=("property_not_available", "no_valid_tariffs"),
    )
    def property_price(
        self,
        request: Request,
        property_uid: int,
        start_date: date,
        end_date: date,
        number_of_people: int,
    ) -> Response:
        """Price a stay in one room for each possible number of guests.

        `end_date` is the last night. `number_of_people` chooses the tariff: the first one that
        covers every night for such a party.
        """
        stay = stay_between(start_date, end_date)
        found = party_prices(prop=self.prop, stay=stay, people=number_of_people)
        return self.reply({price.guests: price for price in found})


class Availability(FeatureViewSet):
    """Which nights are free."""

    @cmf(returns=AvailableRoomsOut())
    def property_available_rooms(
        self, request: Request, property_uid: int, start_date: date, end_date: date
    ) -> Response:
        """List the rooms that are free on every night from `start_date` to `end_date`.

        `end_date` is the last night, included; where whole days are let the rooms are free on the
        day of departure as well. A stay that would need a change of rooms is not
        among them.
        """
        settings = self.prop.settings
        nights = nights_taken(settings, stay_between(start_date, end_date))
        rooms = rooms_continuously_free(
            property_id=property_uid, nights=nights, today=settings.today()
        )
        return self.reply({"rooms": rooms, "by_id": {room.pk: room for room in rooms}})

    @cmf(returns=serializers.DictField(child=CalendarDayOut(), help_text="By date."))
    def property_calendar(
        self, request: Request, property_uid: int, start_date: date, end_date: date
    ) -> Response:
        """Read, night by night, the smallest minimum stay and whether the property is full.

        `end_date` is included. `minstay` is missing on a night without a price.
        """
        stay = stay_between(start_date, end_date)
        days = calendar(property_id=property_uid, first=stay.arrival, last=stay.last_night)
        return self.reply({day.date: day for day in days})
