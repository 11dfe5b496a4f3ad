from __future__ import annotations

from django.urls import path

from features.cmf.rooms.views import Rooms

urlpatterns = [
    path("property/rooms", Rooms.as_view({"put": "put_property_rooms"})),
    path(
        "property/rooms/<uid:property_uid>",
        Rooms.as_view({"get": "property_rooms", "delete": "delete_property_rooms"}),
    ),
    path("property/room", Rooms.as_view({"put": "put_property_room"})),
    path(
        "property/room/<uid:property_uid>/<uid:room_uid>",
        Rooms.as_view({"delete": "delete_property_room"}),
    ),
    path(
        "property/room/type/features/<uid:property_uid>/<uid:local_room_type_id>",
        Rooms.as_view({"get": "property_room_type_features"}),
    ),
]
