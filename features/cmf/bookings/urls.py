from __future__ import annotations

from django.urls import path

from features.cmf.bookings.views import Bookings

urlpatterns = [
    path(
        "property/list/bookings/<uid:property_uid>",
        Bookings.as_view({"get": "property_list_bookings"}),
    ),
    path(
        "property/booking/<uid:property_uid>/<uid:contract_uid>",
        Bookings.as_view({"get": "property_booking"}),
    ),
]
