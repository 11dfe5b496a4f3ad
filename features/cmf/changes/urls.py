from __future__ import annotations

from django.urls import path

from features.cmf.changes.views import Changes

urlpatterns = [
    path("properties/change/logs", Changes.as_view({"get": "properties_change_logs"})),
    path(
        "property/change/log/<uid:property_uid>",
        Changes.as_view({"get": "property_change_log"}),
    ),
]
