from __future__ import annotations

from django.urls import path

from features.cmf.dictionary.views import Dictionaries

urlpatterns = [
    path("list/property/types", Dictionaries.as_view({"get": "list_property_types"})),
    path("list/room/types", Dictionaries.as_view({"get": "list_room_types"})),
    path("list/countries", Dictionaries.as_view({"get": "list_countries"})),
    path("list/regions", Dictionaries.as_view({"get": "list_regions"})),
]
