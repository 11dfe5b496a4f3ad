from __future__ import annotations

from django.urls import path

from features.cmf.blocks.views import Blocks

urlpatterns = [
    path("property/blackbooking", Blocks.as_view({"put": "put_property_blackbooking"})),
    path(
        "property/blackbooking/<uid:property_uid>/<uid:contract_id>",
        Blocks.as_view({"delete": "delete_property_blackbooking"}),
    ),
    path(
        "property/list/blackbookings/<uid:property_uid>",
        Blocks.as_view({"get": "property_list_blackbookings"}),
    ),
]
