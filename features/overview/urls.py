from __future__ import annotations

from django.urls import path

from features.overview.views import Today

urlpatterns = [
    path("<uid:property_uid>/checkin", Today.as_view({"get": "check_ins"})),
    path("<uid:property_uid>/checkout", Today.as_view({"get": "check_outs"})),
    path("<uid:property_uid>/resident", Today.as_view({"get": "residents"})),
    path("<uid:property_uid>/statistic", Today.as_view({"get": "statistics"})),
]
