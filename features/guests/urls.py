from __future__ import annotations

from django.urls import path

from bookyflow.api.routes import localized
from features.guests.views import Guests

IN_PATH = (
    "<str:firstname>/<str:surname>/<str:house>/<str:street>/<str:town>/<str:region>/<str:country>"
    "/<str:postcode>/<str:landline>/<str:mobile>/<str:email>/<str:vat_number>/<str:discount>"
)

urlpatterns = [
    path("<uid:property_uid>", Guests.as_view({"post": "add"})),
    path("<uid:property_uid>/list", Guests.as_view({"get": "list"})),
    path("<uid:property_uid>/<uid:guests_uid>", Guests.as_view({"put": "change"})),
    *localized("<uid:property_uid>/delete/<uid:guests_uid>", Guests, {"delete": "delete"}),
    # The one with a language first: it has as many segments as the last one.
    *localized(f"<uid:property_uid>/{IN_PATH}", Guests, {"post": "create"}),
    path(f"<uid:property_uid>/<uid:guests_uid>/{IN_PATH}", Guests.as_view({"put": "update"})),
]
