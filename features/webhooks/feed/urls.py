from __future__ import annotations

from django.urls import path

from features.webhooks.feed.views import Events

urlpatterns = [path("events", Events.as_view({"get": "list_events"}))]
