from __future__ import annotations

from django.urls import path

from features.core.views import Core

urlpatterns = [
    path("report", Core.as_view({"get": "report"})),
    path("get_properties", Core.as_view({"get": "get_properties"})),
    path("endpoints", Core.as_view({"get": "endpoints"})),
]
