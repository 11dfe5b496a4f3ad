from __future__ import annotations

from django.contrib import admin

from bookyflow.billing.models import Invoice, Payment
from bookyflow.core.admin import ReadOnlyAdmin


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    """Invoices and credit notes, to read; who they are for stands on the document itself."""

    list_display = (
        "number",
        "property",
        "booking",
        "kind",
        "status",
        "issue_date",
        "gross",
        "currency",
    )
    list_filter = ("kind", "status")
    list_select_related = ("property", "booking")
    search_fields = ("=id", "=property__id", "=booking__id")
    ordering = ("-id",)
    fields = (
        "number",
        "property",
        "booking",
        "kind",
        "status",
        "corrects",
        "cancelled_by",
        "currency",
        "net",
        "tax",
        "gross",
        "issue_date",
        "due_date",
        "arrival",
        "departure",
        "language",
        "issued_at",
        "paid_at",
    )


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    """Payments and refunds, to read."""

    list_display = ("id", "property", "booking", "kind", "method", "amount", "currency", "at")
    list_filter = ("kind", "method")
    list_select_related = ("property", "booking")
    search_fields = ("=id", "=property__id", "=booking__id")
    ordering = ("-id",)
    fields = ("property", "booking", "kind", "method", "amount", "currency", "reverses", "at")
