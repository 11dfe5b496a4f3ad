from __future__ import annotations

from datetime import date

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.api.wire.fields import Amount
from bookyflow.channels.selectors import linked
from bookyflow.property_settings.rates import (
    cleaning_fee_set,
    last_minute_set,
    last_minute_values,
)
from bookyflow.property_settings.services import changeover_set, settings_save
from bookyflow.reservations.price_lookup import (
    base_price,
    party_prices,
    party_prices_of,
    rate_prices,
)
from bookyflow.tariffs.selectors import min_stays, tariff_dates
from bookyflow.tariffs.services import base_price_set, prices_set
from bookyflow.tariffs.tariff_types import min_stays_set, tariff_save, tariffs_delete
from features.cmf.contract import DONE, cmf
from features.cmf.properties.serializers import PropertyOut
from features.cmf.properties.shown import PropertyShown
from features.cmf.ranges import stay_between
from features.cmf.rates.serializers import (
    AvailablePricesOut,
    BasePriceIn,
    BasePriceOut,
    ChangeoverDayIn,
    ChangeoverDayOut,
    CleaningFeeIn,
    CleaningPriceIn,
    LastMinuteIn,
    LastMinuteOut,
    LastMinuteSetOut,
    MinStayOut,
    MinStaysIn,
    PartyPriceOut,
    PricesIn,
    RateSetDatesOut,
    RateSetsOut,
    SecurityDepositIn,
    TariffIn,
)


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

    @cmf(returns=BasePriceOut(allow_null=True), replica=True)
    def property_base_price(self, request: Request, property_uid: int) -> Response:
        """Read the lowest price of tonight; null when nothing is for sale."""
        return self.reply(base_price(prop=self.prop))

    @cmf(
        returns=serializers.DictField(child=PartyPriceOut(), help_text="By number of guests."),
        raises=("property_not_available", "no_valid_tariffs"),
        replica=True,
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


class AvailablePrices(FeatureViewSet):
    """What can be had at the properties of a channel."""

    @cmf(returns=AvailablePricesOut(many=True), paged=True, replica=True)
    def properties_available_prices(
        self, request: Request, start_date: date, end_date: date, number_of_people: int
    ) -> Response:
        """Price a stay at each property linked to the channel that is free on every night.

        As `property/price` prices it; a property that this refuses is left out. So a page may have
        fewer items than `limit`, or none, while `Link` goes on, and X-Total-Count counts the
        properties that are linked.
        """
        stay = stay_between(start_date, end_date)
        found = linked(reach=self.reach, channel=self.channel_id)
        page = self.page(found.select_related("settings", "property_type"))
        prices = party_prices_of(properties=page, stay=stay, people=number_of_people)
        by_guests = {pk: {one.guests: one for one in of} for pk, of in prices.items()}
        return self.reply([{"property_uid": pk, "prices": of} for pk, of in by_guests.items()])


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

    @cmf(returns=serializers.DictField(child=MinStayOut(), help_text="By date."), replica=True)
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


class TariffSets(FeatureViewSet):
    """All tariffs of a property."""

    @cmf(returns=RateSetsOut(), replica=True)
    def property_list_prices(self, request: Request, property_uid: int) -> Response:
        """List the prices of all tariffs, those of nights that are over included.

        Consecutive nights with the same price and the same limits of stay are one entry. A tariff
        without a price for an open night is not among them.
        """
        return self.reply({"tariff_sets": rate_prices(prop=self.prop)})

    @cmf(returns=RateSetDatesOut(), replica=True)
    def property_list_tariff_types_dates(self, request: Request, property_uid: int) -> Response:
        """List the nights that each tariff has a price for, in order."""
        return self.reply({"tariff_sets": tariff_dates(prop=self.prop)})

    @cmf(returns=serializers.BooleanField())
    def delete_property_tariffs(self, request: Request, property_uid: int) -> Response:
        """Delete all tariffs of a property, such as before prices are sent anew.

        Bookings keep their price, and prices of nights that are over stay for reports.
        """
        tariffs_delete(property_id=property_uid, by=self.actor)
        return self.reply(DONE)


class ChangeoverDays(FeatureViewSet):
    """The weekday on which guests come and go."""

    @cmf(returns=ChangeoverDayOut(), replica=True)
    def property_changeover_day(self, request: Request, property_uid: int) -> Response:
        """Read on which weekday guests arrive, and whether they may on this one only."""
        return self.reply(self.prop.settings)

    @cmf(
        body=ChangeoverDayIn,
        prop="body",
        versioned="property",
        returns=serializers.BooleanField(),
        raises=("changeover_day_invalid",),
    )
    def put_property_changeover_day(self, request: Request) -> Response:
        """Let guests arrive on one weekday only, for whole weeks, or end that.

        On, stays are of seven nights or several times as many, and there are no short breaks.
        """
        changeover_set(prop=self.prop, by=self.actor, **self.input(ChangeoverDayIn))
        return self.reply(DONE)


class Fees(PropertyShown):
    """What a booking costs, or is secured with, beside its nights."""

    @cmf(
        returns=Amount(help_text="Net or gross, as the property's prices are; 0.00: none."),
        replica=True,
    )
    def property_cleaningfee(self, request: Request, property_uid: int) -> Response:
        """Read the cleaning fee, which is charged per booking or per room, as the settings say."""
        return self.reply(self.prop.settings.cleaning_fee)

    @cmf(
        body=CleaningFeeIn,
        prop="body",
        versioned="property",
        returns=serializers.BooleanField(),
        raises=("tax_rate_code_unknown",),
    )
    def put_property_cleaningfee(self, request: Request) -> Response:
        """Set the cleaning fee and its rate of tax.

        Whether it is charged per booking or per room stays as it is.
        """
        cleaning_fee_set(prop=self.prop, by=self.actor, **self.input(CleaningFeeIn))
        return self.reply(DONE)

    @cmf(
        body=CleaningPriceIn,
        prop="body",
        versioned="property",
        returns=PropertyOut(),
        deprecated=True,
        successor="cmf/property/cleaningfee",
    )
    def put_property_cleaning_price(self, request: Request) -> Response:
        """Set the cleaning fee and leave its rate of tax as it is. Answers the whole property."""
        settings_save(prop=self.prop, values=self.input(CleaningPriceIn), by=self.actor)
        return self.shown()

    @cmf(returns=Amount(help_text="0.00: none."), replica=True)
    def property_securitydeposit(self, request: Request, property_uid: int) -> Response:
        """Read the security deposit of a booking: refundable, in no total and not taxed."""
        return self.reply(self.prop.settings.security_deposit)

    @cmf(
        body=SecurityDepositIn,
        prop="body",
        versioned="property",
        returns=serializers.BooleanField(),
    )
    def put_property_securitydeposit(self, request: Request) -> Response:
        """Set the security deposit; bookings that there are keep theirs."""
        settings_save(prop=self.prop, values=self.input(SecurityDepositIn), by=self.actor)
        return self.reply(DONE)


class LastMinute(FeatureViewSet):
    """What is taken off for arrivals soon."""

    @cmf(returns=LastMinuteOut(), replica=True)
    def property_lastminute_discount(self, request: Request, property_uid: int) -> Response:
        """Read the last-minute discount, or the wiseprice of a property that lets single rooms.

        The wiseprice depends on how many rooms of a type are taken on the night of arrival.
        """
        return self.reply(last_minute_values(self.prop))

    @cmf(
        body=LastMinuteIn,
        prop="body",
        versioned="property",
        returns=LastMinuteSetOut(),
    )
    def put_property_lastminute_discount(self, request: Request) -> Response:
        """Set the last-minute discount of a property that is let as a whole.

        One that lets single rooms has its wiseprice set: a fifth of `discount` while at most 10 %
        of the rooms of the type are taken, half of it up to 25 %, all of it up to 75 %.
        """
        last_minute_set(prop=self.prop, by=self.actor, **self.input(LastMinuteIn))
        return self.reply({"success": True, "updated_settings": last_minute_values(self.prop)})
