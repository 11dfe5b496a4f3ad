from __future__ import annotations

from django.urls import path

from features.cmf.dictionary.views import Codes, Dictionaries, Mappings, Places

urlpatterns = [
    path("list/property/types", Dictionaries.as_view({"get": "list_property_types"})),
    path("list/room/types", Dictionaries.as_view({"get": "list_room_types"})),
    path("list/property/features", Dictionaries.as_view({"get": "list_property_features"})),
    path("list/tax/rates", Dictionaries.as_view({"get": "list_tax_rates"})),
    path("list/countries", Places.as_view({"get": "list_countries"})),
    path("list/countries/all", Places.as_view({"get": "list_countries_all"})),
    path("list/regions", Places.as_view({"get": "list_regions"})),
    path("list/regions/all", Places.as_view({"get": "list_regions_all"})),
    path("list/cities", Places.as_view({"get": "list_cities"})),
    path("list/city/currencies", Places.as_view({"get": "list_city_currencies"})),
    path("list/city/properties/count", Places.as_view({"get": "list_city_properties_count"})),
    path("list/access/levels", Codes.as_view({"get": "list_access_levels"})),
    path("list/booking/statuses", Codes.as_view({"get": "list_booking_statuses"})),
    path("list/deposit/types", Codes.as_view({"get": "list_deposit_types"})),
    path("list/extra/models", Codes.as_view({"get": "list_extra_models"})),
    path("list/image/types", Codes.as_view({"get": "list_image_types"})),
    path("list/property/statuses", Codes.as_view({"get": "list_property_statuses"})),
    path("list/property_type/flags", Codes.as_view({"get": "list_property_type_flags"})),
    path("list/reservation/statuses", Codes.as_view({"get": "list_reservation_statuses"})),
    path("list/statuses", Codes.as_view({"get": "list_statuses"})),
    path("dictionary/items/types", Mappings.as_view({"get": "dictionary_items_types"})),
    path(
        "dictionary/items/type/items/<str:item_type>",
        Mappings.as_view({"get": "dictionary_items_type_items"}),
    ),
    path(
        "dictionary/items/map/<str:local_type>",
        Mappings.as_view({"get": "dictionary_items_map_get"}),
    ),
    path(
        "dictionary/items/map/<str:remote_type>/<str:local_type>",
        Mappings.as_view({"post": "dictionary_items_map_save"}),
    ),
]
