from __future__ import annotations

from django.urls import path

from features.booking.sessions.views import (
    Beginnings,
    Guests,
    SessionBookings,
    SessionPrices,
    Stays,
    Verdicts,
)

urlpatterns = [
    path(
        "initialise/<uid:property_uid>/<lang:language>", Beginnings.as_view({"get": "initialise"})
    ),
    path("error_messages", Beginnings.as_view({"get": "error_messages"})),
    path("dates_in_range/<date:date1>/<date:date2>", Beginnings.as_view({"get": "dates_in_range"})),
    path("regions/<str:country_code>", Beginnings.as_view({"get": "regions"})),
    path("format_price/<str:price>", Beginnings.as_view({"get": "format_price"})),
    path("set/dates", Stays.as_view({"post": "set_dates"})),
    path("set/guest/numbers", Stays.as_view({"post": "set_guest_numbers"})),
    path("rooms", Stays.as_view({"get": "rooms"})),
    path("set/property/booking", Stays.as_view({"post": "set_property_booking"})),
    path("set/rooms/booking", Stays.as_view({"post": "set_rooms"})),
    path("set/address", Guests.as_view({"post": "set_address"})),
    path("set/note", Guests.as_view({"post": "set_note"})),
    path("prices", SessionPrices.as_view({"get": "prices"})),
    path("deposit", SessionPrices.as_view({"get": "deposit"})),
    path("city_tax", SessionPrices.as_view({"get": "city_tax"})),
    path("cleaning_fee", SessionPrices.as_view({"get": "cleaning_fee"})),
    path("validate/address", Verdicts.as_view({"get": "validate_address"})),
    path("validate/dates", Verdicts.as_view({"get": "validate_dates"})),
    path("validate/guest/numbers", Verdicts.as_view({"get": "validate_guest_numbers"})),
    path("validate/rooms", Verdicts.as_view({"get": "validate_rooms"})),
    path("validate/booking", Verdicts.as_view({"get": "validate_booking"})),
    path("ok_to_book", Verdicts.as_view({"get": "ok_to_book"})),
    path("create", SessionBookings.as_view({"post": "create"})),
    path("session", SessionBookings.as_view({"get": "read_session", "delete": "leave"})),
    path("session/prolong", SessionBookings.as_view({"post": "prolong"})),
]
