from __future__ import annotations

from django.urls import path

from features.cmf.rates.views import Prices, Tariffs

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
]
