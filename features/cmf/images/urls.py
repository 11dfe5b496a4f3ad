from __future__ import annotations

from django.urls import path

from features.cmf.images.views import Images

urlpatterns = [
    path("property/image", Images.as_view({"put": "put_property_image"})),
    path(
        "property/image/<uid:property_uid>/<str:file_name>/<str:resource_type>/<str:resource_id>",
        Images.as_view({"delete": "delete_property_image"}),
    ),
    path("property/images/<uid:property_uid>", Images.as_view({"get": "property_images"})),
]
