from __future__ import annotations

from bookyflow.api.routes import localized
from features.listbooking.views.details import Accounts, Guests, Notes, Rooms, Stays
from features.listbooking.views.lists import Bookings

BOOKING = "<uid:property_uid>/<uid:contract_uid>"

urlpatterns = [
    *localized("<uid:property_uid>", Bookings, {"get": "list"}),
    *localized(
        "<uid:property_uid>/<date:start>/<date:end>", Bookings, {"get": "list_between_dates"}
    ),
    *localized(f"{BOOKING}/arr-dep", Stays, {"get": "get_arrival_departure"}),
    *localized(f"{BOOKING}/guest", Guests, {"get": "get_guest"}),
    *localized(f"{BOOKING}/rooms", Rooms, {"get": "get_rooms"}),
    *localized(f"{BOOKING}/payment", Accounts, {"get": "get_payment"}),
    *localized(f"{BOOKING}/notes", Notes, {"get": "get_notes"}),
]
