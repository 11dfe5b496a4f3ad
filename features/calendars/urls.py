from __future__ import annotations

from django.urls import path

from features.calendars.views import PublicCalendars

urlpatterns = [
    path("<slug:token>.ics", PublicCalendars.as_view({"get": "read_feed"}), name="feed"),
]
