from __future__ import annotations

from django.urls import path

from features.favourites.views import Favourites

urlpatterns = [
    path("", Favourites.as_view({"get": "list"})),
    path("<uid:id>", Favourites.as_view({"post": "add", "delete": "delete"})),
]
