from __future__ import annotations

from django.urls import path

from features.cmf.properties.views import Overview, Properties

urlpatterns = [
    path("properties/all", Overview.as_view({"get": "properties_all"})),
    path("properties/ids", Properties.as_view({"get": "properties_ids"})),
    path("property", Properties.as_view({"post": "property_create"})),
    path("property/<uid:property_uid>", Properties.as_view({"get": "property_get"})),
]
