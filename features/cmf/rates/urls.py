from __future__ import annotations

from django.urls import path

from features.cmf.rates.views import (
    AvailablePrices,
    ChangeoverDays,
    Fees,
    LastMinute,
    Prices,
    Tariffs,
    TariffSets,
)

urlpatterns = [
    path("property/tariff", Tariffs.as_view({"put": "put_property_tariff"})),
    path("property/minstays", Tariffs.as_view({"put": "put_property_minstays"})),
    path(
        "property/minstay/<uid:property_uid>/<date:start_date>/<date:end_date>",
        Tariffs.as_view({"get": "property_minstay"}),
    ),
    path("property/prices", Prices.as_view({"put": "put_property_prices"})),
    path("property/base/price", Prices.as_view({"put": "put_property_base_price"})),
    path(
        "property/base/price/<uid:property_uid>",
        Prices.as_view({"get": "property_base_price"}),
    ),
    path(
        "property/price/<uid:property_uid>/<date:start_date>/<date:end_date>/<int:number_of_people>",
        Prices.as_view({"get": "property_price"}),
    ),
    path(
        "properties/available/prices/<date:start_date>/<date:end_date>/<int:number_of_people>",
        AvailablePrices.as_view({"get": "properties_available_prices"}),
    ),
    path(
        "property/list/prices/<uid:property_uid>",
        TariffSets.as_view({"get": "property_list_prices"}),
    ),
    path(
        "property/list/tariff/types/dates/<uid:property_uid>",
        TariffSets.as_view({"get": "property_list_tariff_types_dates"}),
    ),
    path(
        "property/tariffs/<uid:property_uid>",
        TariffSets.as_view({"delete": "delete_property_tariffs"}),
    ),
    path(
        "property/changeover/day/<uid:property_uid>",
        ChangeoverDays.as_view({"get": "property_changeover_day"}),
    ),
    path(
        "property/changeover/day",
        ChangeoverDays.as_view({"put": "put_property_changeover_day"}),
    ),
    path("property/cleaningfee/<uid:property_uid>", Fees.as_view({"get": "property_cleaningfee"})),
    path("property/cleaningfee", Fees.as_view({"put": "put_property_cleaningfee"})),
    path("property/cleaning/price", Fees.as_view({"put": "put_property_cleaning_price"})),
    path(
        "property/securitydeposit/<uid:property_uid>",
        Fees.as_view({"get": "property_securitydeposit"}),
    ),
    path("property/securitydeposit", Fees.as_view({"put": "put_property_securitydeposit"})),
    path(
        "property/lastminute/discount/<uid:property_uid>",
        LastMinute.as_view({"get": "property_lastminute_discount"}),
    ),
    path(
        "property/lastminute/discount",
        LastMinute.as_view({"put": "put_property_lastminute_discount"}),
    ),
]
