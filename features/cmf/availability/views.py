from __future__ import annotations

from datetime import date

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet, WordedViewSet
from bookyflow.availability.allotments import allotments_set
from bookyflow.availability.nights import nights_taken
from bookyflow.availability.selectors import calendar, full_nights, rooms_continuously_free
from bookyflow.reservations.quotes.explanation import stay_explain
from features.cmf.availability.serializers import (
    AvailabilityIn,
    AvailabilityOut,
    AvailableRoomsOut,
    CalendarDayOut,
    ExplainedRoomTypeOut,
)
from features.cmf.contract import cmf
from features.cmf.ranges import stay_between


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
            "dates_in_past",
        ),
    )
    def put_property_availability(self, request: Request) -> Response:
        """Open and close ranges of nights of one room type.

        An open range sells at most `inventory` rooms of the type a night, or `rooms_left` beyond
        those that are booked; without either the limit stays. A closed one sells none, whether
        guests have booked nights in it or not: their bookings and blocks of single rooms stay as
        they are, and so do nights that are over. All ranges are applied, or none; later ones win.
        """
        allotments_set(
            property_id=self.property_uid, change=self.input(AvailabilityIn), by=self.actor
        )
        return self.reply({"success": True})


class Availability(FeatureViewSet):
    """Which nights are free."""

    @cmf(returns=AvailableRoomsOut(), replica=True)
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

    @cmf(returns=serializers.DictField(child=CalendarDayOut(), help_text="By date."), replica=True)
    def property_calendar(
        self, request: Request, property_uid: int, start_date: date, end_date: date
    ) -> Response:
        """Read, night by night, the smallest minimum stay and whether the property is full.

        `end_date` is included. `minstay` is missing on a night without a price.
        """
        stay = stay_between(start_date, end_date)
        days = calendar(property_id=property_uid, first=stay.arrival, last=stay.last_night)
        return self.reply({day.date: day for day in days})

    @cmf(
        returns=serializers.ListField(child=serializers.DateField()),
        raises=("no_rooms_in_property",),
        replica=True,
    )
    def property_availability_blocks(
        self, request: Request, property_uid: int, start_date: date, end_date: date
    ) -> Response:
        """List the nights from `start_date` to `end_date`, both included, that are full.

        No room can be had then: all are booked, blocked, held, closed or sold up to a limit.
        """
        stay = stay_between(start_date, end_date)
        return self.reply(
            full_nights(property_id=property_uid, first=stay.arrival, last=stay.last_night)
        )


class Explanations(WordedViewSet):
    """Why a stay can be had, or not."""

    @cmf(returns=serializers.DictField(child=ExplainedRoomTypeOut(), help_text="By room type id."))
    def property_explain(
        self,
        request: Request,
        property_uid: int,
        start_date: date,
        end_date: date,
        number_of_people: int,
    ) -> Response:
        """Read what a stay costs at each rate plan, or every reason why it cannot be booked.

        Of one room of each type, for so many adults; `end_date` is the last night. It is what a
        guest who books directly would be told now. Reasons name the rule and its nights.
        """
        stay = stay_between(start_date, end_date)
        return self.reply(
            stay_explain(prop=self.prop, stay=stay, number_of_people=number_of_people)
        )
