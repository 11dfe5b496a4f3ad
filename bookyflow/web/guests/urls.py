from __future__ import annotations

from django.urls import path

from bookyflow.web.guests import views

ALL = "p/<int:property_id>/guests"
ONE = f"{ALL}/<int:guest_id>"

urlpatterns = [
    path(ALL, views.guests, name="guests"),
    path(f"{ALL}/new", views.guest_new, name="guest_new"),
    path(ONE, views.guest, name="guest"),
    path(f"{ONE}/edit", views.guest_edit, name="guest_edit"),
    path(f"{ONE}/blacklist", views.blacklist, name="guest_blacklist"),
    path(f"{ONE}/export", views.export, name="guest_export"),
    path(f"{ONE}/merge", views.merge, name="guest_merge"),
    path(f"{ONE}/forget", views.forget, name="guest_forget"),
]
