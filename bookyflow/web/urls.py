"""The pages of the site, below /bookyflow/. Pages of a property: p/<property_id>/…"""

from __future__ import annotations

from django.urls import include, path

from bookyflow.web.navigation import AREAS

app_name = "web"
urlpatterns = [path("", include(f"bookyflow.web.{area}.urls")) for area in AREAS]
urlpatterns += [path("x/", include("bookyflow.web.extension_urls"))]
