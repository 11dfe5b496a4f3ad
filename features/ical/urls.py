from __future__ import annotations

from django.urls import path

from features.ical.views import Calendars, Conflicts, Feeds

FEEDS = "<uid:property_uid>/feeds"
CALENDARS = "<uid:property_uid>/calendars"
FEED = f"{FEEDS}/<uid:feed_uid>"
CALENDAR = f"{CALENDARS}/<uid:calendar_uid>"

urlpatterns = [
    path(FEEDS, Feeds.as_view({"get": "list_feeds", "post": "add_feed"})),
    path(FEED, Feeds.as_view({"put": "change_feed", "delete": "delete_feed"})),
    path(f"{FEED}/renew", Feeds.as_view({"post": "renew_feed"})),
    path(CALENDARS, Calendars.as_view({"get": "list_calendars"})),
    path(
        "<uid:property_uid>/rooms/<uid:room_uid>/calendars",
        Calendars.as_view({"post": "add_calendar"}),
    ),
    path(CALENDAR, Calendars.as_view({"put": "change_calendar", "delete": "delete_calendar"})),
    path(f"{CALENDAR}/read", Calendars.as_view({"post": "read_calendar_now"})),
    path(f"{CALENDAR}/accept", Calendars.as_view({"post": "accept_calendar"})),
    path(f"{CALENDAR}/stays", Calendars.as_view({"get": "list_stays"})),
    path("<uid:property_uid>/conflicts", Conflicts.as_view({"get": "list_conflicts"})),
]
