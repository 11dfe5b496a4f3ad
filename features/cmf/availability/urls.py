from __future__ import annotations

from django.urls import path

from features.cmf.availability.views import Availability, Explanations, Openings

urlpatterns = [
    path("property/availability", Openings.as_view({"put": "put_property_availability"})),
    path(
        "property/availability/blocks/<uid:property_uid>/<date:start_date>/<date:end_date>",
        Availability.as_view({"get": "property_availability_blocks"}),
    ),
    path(
        "property/available/rooms/<uid:property_uid>/<date:start_date>/<date:end_date>",
        Availability.as_view({"get": "property_available_rooms"}),
    ),
    path(
        "property/calendar/<uid:property_uid>/<date:start_date>/<date:end_date>",
        Availability.as_view({"get": "property_calendar"}),
    ),
    path(
        "property/explain/<uid:property_uid>/<date:start_date>/<date:end_date>/"
        "<int:number_of_people>",
        Explanations.as_view({"get": "property_explain"}),
    ),
]
