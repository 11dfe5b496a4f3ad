from __future__ import annotations

from django.urls import path

from features.cmf.views.bookings import Blocks, Bookings, Reservations
from features.cmf.views.changes import Changes, Overview
from features.cmf.views.channels import Announcements, Site
from features.cmf.views.dictionaries import Dictionaries
from features.cmf.views.prices import Availability, Prices
from features.cmf.views.properties import Properties, Rooms
from features.cmf.views.tariffs import Openings, Tariffs

urlpatterns = [
    path(
        "channel/announce/<str:channel_name>",
        Announcements.as_view({"get": "channel_announce_check"}),
    ),
    path(
        "channel/announce/<str:channel_name>/<str:friendly_name>",
        Announcements.as_view({"post": "channel_announce"}),
    ),
    path("versions", Site.as_view({"get": "versions"})),
    path("list/property/types", Dictionaries.as_view({"get": "list_property_types"})),
    path("list/room/types", Dictionaries.as_view({"get": "list_room_types"})),
    path("list/countries", Dictionaries.as_view({"get": "list_countries"})),
    path("list/regions", Dictionaries.as_view({"get": "list_regions"})),
    path("properties/all", Overview.as_view({"get": "properties_all"})),
    path("properties/change/logs", Changes.as_view({"get": "properties_change_logs"})),
    path(
        "property/change/log/<uid:property_uid>",
        Changes.as_view({"get": "property_change_log"}),
    ),
    path("property/tariff", Tariffs.as_view({"put": "put_property_tariff"})),
    path("property/minstays", Tariffs.as_view({"put": "put_property_minstays"})),
    path(
        "property/minstay/<uid:property_uid>/<date:start_date>/<date:end_date>",
        Tariffs.as_view({"get": "property_minstay"}),
    ),
    path("property/availability", Openings.as_view({"put": "put_property_availability"})),
    path("properties/ids", Properties.as_view({"get": "properties_ids"})),
    path("property", Properties.as_view({"post": "property_create"})),
    path("property/<uid:property_uid>", Properties.as_view({"get": "property_get"})),
    path("property/rooms", Rooms.as_view({"put": "put_property_rooms"})),
    path("property/rooms/<uid:property_uid>", Rooms.as_view({"get": "property_rooms"})),
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
        "property/available/rooms/<uid:property_uid>/<date:start_date>/<date:end_date>",
        Availability.as_view({"get": "property_available_rooms"}),
    ),
    path(
        "property/calendar/<uid:property_uid>/<date:start_date>/<date:end_date>",
        Availability.as_view({"get": "property_calendar"}),
    ),
    path("property/blackbooking", Blocks.as_view({"put": "put_property_blackbooking"})),
    path(
        "property/blackbooking/<uid:property_uid>/<uid:contract_id>",
        Blocks.as_view({"delete": "delete_property_blackbooking"}),
    ),
    path(
        "property/list/blackbookings/<uid:property_uid>",
        Blocks.as_view({"get": "property_list_blackbookings"}),
    ),
    path("reservations/add", Reservations.as_view({"put": "put_reservations_add"})),
    path("reservations/cancel", Reservations.as_view({"put": "put_reservations_cancel"})),
    path(
        "property/list/bookings/<uid:property_uid>",
        Bookings.as_view({"get": "property_list_bookings"}),
    ),
    path(
        "property/booking/<uid:property_uid>/<uid:contract_uid>",
        Bookings.as_view({"get": "property_booking"}),
    ),
]
