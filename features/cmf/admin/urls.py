from __future__ import annotations

from django.urls import path

from features.cmf.admin.changes import ApiClients, ChannelDictionaries, Channels
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
    path(
        "admin/api/client",
        ApiClients.as_view({"put": "put_admin_api_client", "delete": "delete_admin_api_client"}),
    ),
    path(
        "admin/channel/<uid:manager_id>/<str:channel_name>/<str:friendly_name>",
        Channels.as_view({"post": "admin_channel_create"}),
    ),
    path("admin/channel/<uid:channel_id>", Channels.as_view({"delete": "delete_admin_channel"})),
    path(
        "admin/channel/change/owner",
        Channels.as_view({"put": "put_admin_channel_change_owner"}),
    ),
    path(
        "admin/channel/assign/properties",
        Channels.as_view({"put": "put_admin_channel_assign_properties"}),
    ),
    path(
        "admin/channel/unassign/properties",
        Channels.as_view({"put": "put_admin_channel_unassign_properties"}),
    ),
    path(
        "admin/property/change/channel",
        Channels.as_view({"put": "put_admin_property_change_channel"}),
    ),
    path(
        "admin/dictionary/items/map/<str:remote_type>/<str:local_type>",
        ChannelDictionaries.as_view({"post": "admin_dictionary_items_map_save"}),
    ),
]
