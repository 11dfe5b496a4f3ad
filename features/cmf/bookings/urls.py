from __future__ import annotations

from django.urls import path

from features.cmf.bookings.views import Bookings

urlpatterns = [
    path(
        "property/list/active/bookings/<uid:property_uid>",
        Bookings.as_view({"get": "property_list_active_bookings"}),
    ),
    path(
        "property/booking/link/<uid:property_uid>/<str:remote_booking_number>",
        Bookings.as_view({"get": "property_booking_link"}),
    ),
    path("property/booking/link", Bookings.as_view({"put": "put_property_booking_link"})),
    path(
        "property/bookings/<uid:property_uid>",
        Bookings.as_view({"delete": "delete_property_bookings"}),
    ),
    path(
        "property/list/bookings/<uid:property_uid>",
        Bookings.as_view({"get": "property_list_bookings"}),
    ),
    path(
        "property/booking/<uid:property_uid>/<uid:contract_uid>",
        Bookings.as_view({"get": "property_booking"}),
    ),
]
