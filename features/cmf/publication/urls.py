from __future__ import annotations

from django.urls import path

from features.cmf.publication.views import Publication, Statuses

urlpatterns = [
    path("property/status/<uid:property_uid>", Statuses.as_view({"get": "property_status"})),
    path("property/status/review", Statuses.as_view({"put": "put_property_status_review"})),
    path("properties/statuses", Statuses.as_view({"get": "properties_statuses"})),
    path("property/publish", Publication.as_view({"put": "put_property_publish"})),
    path("property/unpublish", Publication.as_view({"put": "put_property_unpublish"})),
    path("properties/publish", Publication.as_view({"put": "put_properties_publish"})),
]
