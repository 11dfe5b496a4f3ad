from __future__ import annotations

from django.urls import path

from features.properties.views import Properties

urlpatterns = [
    path("all", Properties.as_view({"get": "list_ids"})),
]
