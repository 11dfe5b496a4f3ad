from __future__ import annotations

from django.urls import path

from bookyflow.web.property import (
    address,
    calendars,
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
CALENDARS = f"{PROPERTY}/calendars"
CALENDAR = f"{CALENDARS}/<int:calendar_id>"
FEED = f"{CALENDARS}/feeds/<int:feed_id>"
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
    path(CALENDARS, calendars.calendars, name="calendars"),
    path(f"{CALENDARS}/new", calendars.calendar_new, name="calendar_new"),
    path(CALENDAR, calendars.calendar, name="calendar"),
    path(f"{CALENDAR}/edit", calendars.calendar_edit, name="calendar_edit"),
    path(f"{CALENDAR}/read", calendars.calendar_read, name="calendar_read"),
    path(f"{CALENDAR}/accept", calendars.calendar_accept, name="calendar_accept"),
    path(f"{CALENDAR}/delete", calendars.calendar_remove, name="calendar_delete"),
    path(f"{CALENDARS}/feeds/new", calendars.feed_new, name="calendar_feed_new"),
    path(FEED, calendars.feed_edit, name="calendar_feed"),
    path(f"{FEED}/renew", calendars.feed_address_new, name="calendar_feed_renew"),
    path(f"{FEED}/delete", calendars.feed_remove, name="calendar_feed_delete"),
    path(f"{PROPERTY}/rooms", rooms.rooms, name="rooms"),
    path(f"{PROPERTY}/rooms/new", rooms.rooms_new, name="rooms_new"),
    path(ROOM, rooms.room_edit, name="room"),
    path(f"{ROOM}/delete", rooms.room_remove, name="room_delete"),
    path(f"{PROPERTY}/room-types/new", rooms.room_type_new, name="room_type_new"),
    path(ROOM_TYPE, rooms.room_type_edit, name="room_type"),
    path(f"{ROOM_TYPE}/delete", rooms.room_type_remove, name="room_type_delete"),
    path(f"{ROOM_TYPE}/capacity", rooms.capacity, name="room_type_capacity"),
]
