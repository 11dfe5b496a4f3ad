from __future__ import annotations

from django.urls import path

from features.cmf.extras.views import Extras

urlpatterns = [
    path(
        "property/list/extras/<uid:property_uid>",
        Extras.as_view({"get": "property_list_extras"}),
    ),
    path(
        "property/list/discounts/<uid:property_uid>",
        Extras.as_view({"get": "property_list_discounts"}),
    ),
    path("property/extra", Extras.as_view({"put": "put_property_extra"})),
    path(
        "property/extra/<uid:property_uid>/<uid:extra_id>",
        Extras.as_view({"delete": "delete_property_extra"}),
    ),
]
