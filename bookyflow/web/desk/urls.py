from __future__ import annotations

from django.urls import path

from bookyflow.web.desk import steps, views

PROPERTY = "p/<int:property_id>"

urlpatterns = [
    path("", views.home, name="home"),
    path("properties", views.property_list, name="properties"),
    path(PROPERTY, views.desk, name="desk"),
    path(f"{PROPERTY}/desk/<int:booking_id>/<slug:step>", steps.step, name="desk_step"),
]
