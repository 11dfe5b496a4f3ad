from __future__ import annotations

from django.urls import path

from features.cmf.links.views import Children, Links

urlpatterns = [
    path("property/remote/id", Links.as_view({"put": "put_property_remote_id"})),
    path("property/cross/reference", Links.as_view({"put": "put_property_cross_reference"})),
    path("property/management/url", Links.as_view({"put": "put_property_management_url"})),
    path(
        "property/management/url/<uid:property_uid>",
        Links.as_view({"get": "property_management_url"}),
    ),
    path("property/child", Children.as_view({"put": "put_property_child"})),
    path("property/children/<uid:property_uid>", Children.as_view({"get": "property_children"})),
    path(
        "property/child/<uid:property_uid>/<str:hostname>/<uid:remote_property_id>",
        Children.as_view({"delete": "delete_property_child"}),
    ),
]
