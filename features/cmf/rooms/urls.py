from __future__ import annotations

from django.urls import path

from features.cmf.rooms.views import Rooms

urlpatterns = [
    path("property/rooms", Rooms.as_view({"put": "put_property_rooms"})),
    path("property/rooms/<uid:property_uid>", Rooms.as_view({"get": "property_rooms"})),
]
