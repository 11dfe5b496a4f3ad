from __future__ import annotations

from django.urls import path

from bookyflow.web.bookings import invoices

urlpatterns = [
    path("invoices/<int:invoice_id>/print", invoices.invoice_print, name="invoice_print"),
]
