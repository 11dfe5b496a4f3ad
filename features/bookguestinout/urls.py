from __future__ import annotations

from django.urls import path

from bookyflow.api.routes import localized
from features.bookguestinout.views import Presences

BOOKING = "<uid:property_uid>/<uid:contract_uid>"

urlpatterns = [
    path(BOOKING, Presences.as_view({"get": "get_status"})),
    *localized(f"{BOOKING}/checkin", Presences, {"put": "check_in"}),
    *localized(f"{BOOKING}/undo_checkin", Presences, {"put": "undo_check_in"}),
    *localized(f"{BOOKING}/checkout", Presences, {"put": "check_out"}),
    *localized(f"{BOOKING}/undo_checkout", Presences, {"put": "undo_check_out"}),
]
