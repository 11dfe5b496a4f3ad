from __future__ import annotations

from django.urls import path

from features.cmf.properties.views import Deletion, Overview, Properties

urlpatterns = [
    path("properties/all", Overview.as_view({"get": "properties_all"})),
    path("properties/ids", Properties.as_view({"get": "properties_ids"})),
    path("properties/list/by/date", Properties.as_view({"get": "properties_list_by_date"})),
    path("property", Properties.as_view({"post": "property_create"})),
    path("property/<uid:property_uid>", Properties.as_view({"get": "property_get"})),
    path("property/readonly/<uid:property_uid>", Properties.as_view({"get": "property_readonly"})),
    path(
        "property/local/<uid:property_uid>", Deletion.as_view({"delete": "delete_property_local"})
    ),
    path(
        "property/remote/<str:remote_property_uid>",
        Deletion.as_view({"delete": "delete_property_remote"}),
    ),
]
