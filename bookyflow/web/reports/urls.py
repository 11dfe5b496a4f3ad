from __future__ import annotations

from django.urls import path

from bookyflow.web.reports import views

urlpatterns = [
    path("p/<int:property_id>/reports", views.reports, name="reports"),
    path("p/<int:property_id>/reports/months.csv", views.months_csv, name="reports_months"),
    path("p/<int:property_id>/reports/sources.csv", views.sources_csv, name="reports_sources"),
]
