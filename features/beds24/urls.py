from __future__ import annotations

from django.urls import path

from features.beds24.views import Beds24

urlpatterns = [
    path("property_uid/<str:id>", Beds24.as_view({"get": "look_up", "put": "link"})),
]
