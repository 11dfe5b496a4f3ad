from __future__ import annotations

from django.urls import path

from bookyflow.web.booking import views

urlpatterns = [
    path("book/<int:property_id>", views.booking_form, name="booking_form"),
]
