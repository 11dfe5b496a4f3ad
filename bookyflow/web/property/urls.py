from __future__ import annotations

from django.urls import path

from bookyflow.web.property import (
    address,
    checklist,
    features,
    opening,
    pictures,
    rooms,
    settings,
    texts,
)

PROPERTY = "p/<int:property_id>/property"
PICTURE = f"{PROPERTY}/pictures/<int:image_id>"
ROOM = f"{PROPERTY}/rooms/<int:room_id>"
ROOM_TYPE = f"{PROPERTY}/room-types/<int:room_type_id>"

urlpatterns = [
    path("properties/new", opening.property_new, name="property_new"),
    path(PROPERTY, checklist.checklist, name="property"),
    path(f"{PROPERTY}/publish", checklist.publish, name="property_publish"),
    path(f"{PROPERTY}/unpublish", checklist.unpublish, name="property_unpublish"),
    path(f"{PROPERTY}/approve", checklist.approve, name="property_approve"),
    path(f"{PROPERTY}/texts", texts.texts, name="property_texts"),
    path(f"{PROPERTY}/address", address.address, name="property_address"),
    path(f"{PROPERTY}/features", features.features, name="property_features"),
    path(f"{PROPERTY}/settings", settings.first_topic, name="property_settings"),
    path(f"{PROPERTY}/settings/<slug:topic>", settings.topic_page, name="property_settings_topic"),
    path(f"{PROPERTY}/pictures", pictures.pictures, name="pictures"),
    path(PICTURE, pictures.picture, name="picture"),
    path(f"{PICTURE}/delete", pictures.picture_remove, name="picture_delete"),
    path(f"{PICTURE}/main", pictures.picture_first, name="picture_main"),
    path(f"{PICTURE}/earlier", pictures.picture_earlier, name="picture_earlier"),
    path(f"{PROPERTY}/rooms", rooms.rooms, name="rooms"),
    path(f"{PROPERTY}/rooms/new", rooms.rooms_new, name="rooms_new"),
    path(ROOM, rooms.room_edit, name="room"),
    path(f"{ROOM}/delete", rooms.room_remove, name="room_delete"),
    path(f"{PROPERTY}/room-types/new", rooms.room_type_new, name="room_type_new"),
    path(ROOM_TYPE, rooms.room_type_edit, name="room_type"),
    path(f"{ROOM_TYPE}/delete", rooms.room_type_remove, name="room_type_delete"),
    path(f"{ROOM_TYPE}/capacity", rooms.capacity, name="room_type_capacity"),
]
