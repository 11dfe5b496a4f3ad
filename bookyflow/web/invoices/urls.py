from __future__ import annotations

from django.urls import path

from bookyflow.web.invoices import views

ONE = "p/<int:property_id>/invoices/<int:invoice_id>"

urlpatterns = [
    path("p/<int:property_id>/invoices", views.invoice_list_page, name="invoices"),
    path(ONE, views.invoice, name="invoice"),
    path(f"{ONE}/cancel", views.invoice_cancel_page, name="invoice_cancel"),
    path(f"{ONE}/pdf", views.pdf, name="invoice_pdf"),
    path(f"{ONE}/facturx", views.facturx, name="invoice_facturx"),
    path(f"{ONE}/xml", views.xml, name="invoice_xml"),
    path("invoices/<int:invoice_id>/print", views.invoice_print, name="invoice_print"),
]
