from __future__ import annotations

from django.contrib import admin

from bookyflow.core.admin import ReadOnlyAdmin
from bookyflow.webhooks.models import Webhook


@admin.register(Webhook)
class WebhookAdmin(ReadOnlyAdmin):
    """Who is told of events, to read. Secrets and passwords are shown to nobody."""

    list_display = ("id", "owner", "url", "is_enabled", "pause", "failures")
    list_filter = ("is_enabled",)
    list_select_related = ("owner",)
    search_fields = ("=id", "=owner__id")
    ordering = ("-id",)
    fields = (
        "owner",
        "url",
        "auth_method",
        "events",
        "property_ids",
        "is_enabled",
        "pause",
        "failures",
        "failing_since",
        "rests_until",
    )
