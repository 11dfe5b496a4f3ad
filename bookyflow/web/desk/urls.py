from __future__ import annotations

from django.urls import path

from bookyflow.web.desk import views

urlpatterns = [
    path("", views.home, name="home"),
    path("properties", views.property_list, name="properties"),
    path("p/<int:property_id>", views.desk, name="desk"),
]
