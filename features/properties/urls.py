from __future__ import annotations

from django.urls import path

from bookyflow.api.routes import localized
from features.properties.views.details import Details, Texts
from features.properties.views.openings import Openings
from features.properties.views.pictures import Pictures
from features.properties.views.properties import Properties
from features.properties.views.reception import Reception
from features.properties.views.sales import Sales

DETAILS = "<uid:property_uid>/details"

urlpatterns = [
    path("all", Properties.as_view({"get": "list_ids"})),
    path("full/<lang:language>", Properties.as_view({"get": "list_full"})),
    *localized("add", Openings, {"post": "create"}),
    path("<uid:property_uid>", Openings.as_view({"delete": "delete"})),
    *localized("<uid:property_uid>/bookings/add", Reception, {"post": "add_booking"}),
    *localized(f"{DETAILS}/name", Texts, {"get": "get_name"}),
    *localized(f"{DETAILS}/description", Texts, {"get": "get_description"}),
    *localized(f"{DETAILS}/property_checkin_times", Texts, {"get": "get_checkin_times"}),
    *localized(f"{DETAILS}/property_area_activities", Texts, {"get": "get_area_activities"}),
    *localized(f"{DETAILS}/property_driving_directions", Texts, {"get": "get_driving_directions"}),
    *localized(f"{DETAILS}/property_policies_disclaimers", Texts, {"get": "get_policies"}),
    path(f"{DETAILS}/lat_long", Details.as_view({"get": "get_lat_long"})),
    path(
        f"{DETAILS}/accommodation_tax_rate",
        Details.as_view({"get": "get_accommodation_tax_rate"}),
    ),
    *localized(f"{DETAILS}/property_room_types", Details, {"get": "get_room_types"}),
    path(f"{DETAILS}/settings", Details.as_view({"get": "get_settings"})),
    path("<uid:property_uid>/images/main", Pictures.as_view({"get": "get_main_image"})),
    path("<uid:property_uid>/images/slideshow", Pictures.as_view({"get": "get_slideshow_images"})),
    path("<uid:property_uid>/images/room", Pictures.as_view({"get": "get_room_images"})),
    *localized("<uid:property_uid>/tariffs", Sales, {"get": "list_tariffs"}),
    path(
        "<uid:property_uid>/availabilities/timeline/<date:start>/<date:end>",
        Sales.as_view({"get": "list_timeline_events"}),
    ),
    path(
        "<uid:property_uid>/availabilities/<date:arrival_date>/<date:departure_date>",
        Sales.as_view({"get": "list_available_rooms"}),
    ),
]
