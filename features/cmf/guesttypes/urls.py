from __future__ import annotations

from django.urls import path

from features.cmf.guesttypes.views import GuestTypes

urlpatterns = [
    path(
        "property/list/guesttypes/<uid:property_uid>",
        GuestTypes.as_view({"get": "property_list_guesttypes"}),
    ),
    path("property/guesttype", GuestTypes.as_view({"put": "put_property_guesttype"})),
    path(
        "property/guesttype/<uid:property_uid>/<uid:guesttype_id>",
        GuestTypes.as_view({"delete": "delete_property_guesttype"}),
    ),
]
