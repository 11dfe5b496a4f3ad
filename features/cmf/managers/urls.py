from __future__ import annotations

from django.urls import path

from features.cmf.managers.views import Managers

urlpatterns = [
    path("property/managers/<uid:property_uid>", Managers.as_view({"get": "property_managers"})),
    path(
        "property/manager/profile/<uid:property_uid>/<uid:manager_id>",
        Managers.as_view({"get": "property_manager_profile"}),
    ),
]
