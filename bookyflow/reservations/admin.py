from __future__ import annotations

from django.contrib import admin

from bookyflow.core.admin import ReadOnlyAdmin
from bookyflow.reservations.models import Booking


@admin.register(Booking)
class BookingAdmin(ReadOnlyAdmin):
    """Bookings, blocks and holds, to read. Names are encrypted: search by number or guest."""

    list_display = (
        "number",
        "property",
        "kind",
        "state",
        "arrival",
        "departs_on",
        "total",
        "currency",
        "created_at",
    )
    list_filter = ("state", "kind", "made_by_channel")
    list_select_related = ("property",)
    search_fields = ("=id", "=number", "=property__id", "=guest__id")
    ordering = ("-id",)
    fields = (
        "number",
        "property",
        "kind",
        "state",
        "guest",
        "arrival",
        "departure",
        "departs_on",
        "adults",
        "children",
        "currency",
        "total",
        "deposit_required",
        "paid",
        "coupon",
        "made_by_staff",
        "made_by_channel",
        "language",
        "checked_in_at",
        "checked_out_at",
        "pay_by",
        "version",
        "created_at",
        "changed_at",
        "ended_at",
    )
