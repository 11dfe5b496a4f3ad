from __future__ import annotations

from django.urls import path

from bookyflow.api.routes import localized
from features.tariffs.views.nightly import Nightly
from features.tariffs.views.single import SinglePrices
from features.tariffs.views.tariffs import Tariffs

urlpatterns = [
    *localized("<uid:property_uid>", Tariffs, {"get": "list"}),
    path(
        "<uid:property_uid>/micromanage",
        Nightly.as_view({"post": "create_micromanage", "put": "update_micromanage"}),
    ),
    path("<uid:property_uid>/<uid:tarifftype_id>", Tariffs.as_view({"delete": "delete"})),
    path("<uid:property_uid>/add/advanced", SinglePrices.as_view({"post": "create_advanced"})),
    path("<uid:property_uid>/add/normal/mrp", SinglePrices.as_view({"post": "save_normal_mrp"})),
    path("<uid:property_uid>/add/normal/srp", SinglePrices.as_view({"post": "save_normal_srp"})),
]
