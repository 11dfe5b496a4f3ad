from __future__ import annotations

from django.urls import path

from features.cmf.admin.views import Overviews

urlpatterns = [
    path("admin/list/api/clients", Overviews.as_view({"get": "admin_list_api_clients"})),
    path(
        "admin/list/api/scopes/<uid:user_id>",
        Overviews.as_view({"get": "admin_list_api_scopes"}),
    ),
    path("admin/list/channels", Overviews.as_view({"get": "admin_list_channels"})),
    path(
        "admin/list/channel/properties/<uid:channel_id>",
        Overviews.as_view({"get": "admin_list_channel_properties"}),
    ),
    path("admin/list/guests", Overviews.as_view({"get": "admin_list_guests"})),
    path("admin/list/managers", Overviews.as_view({"get": "admin_list_managers"})),
    path("admin/list/properties", Overviews.as_view({"get": "admin_list_properties"})),
    path("admin/list/image/types", Overviews.as_view({"get": "admin_list_image_types"})),
    path(
        "admin/dictionary/list/access/levels",
        Overviews.as_view({"get": "admin_dictionary_list_access_levels"}),
    ),
]
