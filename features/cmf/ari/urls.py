from __future__ import annotations

from django.urls import path

from features.cmf.ari.views import Ari

urlpatterns = [
    path("ari", Ari.as_view({"put": "ari_put"})),
]
