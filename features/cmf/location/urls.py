from __future__ import annotations

from django.urls import path

from features.cmf.location.views import Locations

urlpatterns = [
    path(
        "location/information/<str:lat>/<str:long>",
        Locations.as_view({"get": "location_information"}),
    ),
    path("property/location", Locations.as_view({"put": "put_property_location"})),
]
