from __future__ import annotations

from django.contrib import admin
from unfold.paginator import InfinitePaginator

from bookyflow.api.models import RequestLog
from bookyflow.core.admin import ReadOnlyAdmin


@admin.register(RequestLog)
class RequestLogAdmin(ReadOnlyAdmin):
    """Calls of key pairs, and calls that failed, to read. It is long, so nothing counts it."""

    list_display = ("at", "method", "route", "status", "duration_ms", "key_id", "address")
    search_fields = ("=id", "=key_id")
    search_help_text = "Id of an entry, or of a key pair."
    ordering = ("-at", "-id")
    paginator = InfinitePaginator
    show_full_result_count = False
    fields = (
        "at",
        "request_id",
        "method",
        "route",
        "operation",
        "status",
        "duration_ms",
        "key_id",
        "user_id",
        "proxied_by",
        "channel_id",
        "address",
        "body",
    )
