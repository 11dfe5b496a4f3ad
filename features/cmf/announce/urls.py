from __future__ import annotations

from django.urls import path

from features.cmf.announce.views import Announcements, Site

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
    path("url", Site.as_view({"get": "url"})),
    path("echo", Site.as_view({"post": "echo"})),
]
