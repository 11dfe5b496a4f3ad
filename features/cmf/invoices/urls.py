from __future__ import annotations

from django.urls import path

from features.cmf.invoices.views import Invoices

urlpatterns = [
    path(
        "property/list/invoices/<uid:property_uid>",
        Invoices.as_view({"get": "property_list_invoices"}),
    ),
    path(
        "property/invoice/<uid:property_uid>/<uid:invoice_uid>",
        Invoices.as_view({"get": "property_invoice"}),
    ),
]
