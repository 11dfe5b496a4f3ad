from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import WordedViewSet
from bookyflow.availability.month import month_occupancy
from bookyflow.billing.income import monthly_income
from bookyflow.guests.selectors import guests_by_country
from features.charts.contract import chart
from features.charts.data_sets import country_set, income_sets, occupancy_set
from features.charts.serializers.data_sets import CountrySetOut, IncomeSetOut, OccupancySetOut


class Charts(WordedViewSet):
    """Sets of data, ready for a chart widget. Each keeps its colour from call to call."""

    @chart(
        key="charts_bookings",
        returns=serializers.DictField(child=IncomeSetOut(), help_text="By year."),
    )
    def bookings(self, request: Request, property_uid: int) -> Response:
        """Read the income of each month, one set for each year that has any.

        Paid invoices count with their gross amount, less what was credited, in the month in which
        they were issued by the property's calendar. Amounts of different currencies are never
        added up: `data` is in the property's own, and `by_currency` has every one.
        """
        income = monthly_income(property_id=property_uid)
        return self.reply(income_sets(income, currency=self.currency, language=self.language))

    @chart(key="charts_guest_contries", returns=CountrySetOut(many=True))
    def guest_countries(self, request: Request, property_uid: int) -> Response:
        """Count the guests in the property's book by country, the most first, as a list of one.

        Those whose country is not known have an entry of their own.
        """
        guests = guests_by_country(property_id=property_uid)
        today = self.prop.settings.today()
        return self.reply([country_set(guests, today=today, language=self.language)])

    @chart(key="charts_occupancy", returns=OccupancySetOut(many=True))
    def occupancy(self, request: Request, property_uid: int) -> Response:
        """Count the rooms that are booked or blocked on each night of the present month.

        The month is that of the property's own date. A list of one.
        """
        today = self.prop.settings.today()
        found = month_occupancy(property_id=property_uid, day=today)
        return self.reply([occupancy_set(found, language=self.language)])
