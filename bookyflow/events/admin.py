from __future__ import annotations

from django.contrib import admin
from unfold.paginator import InfinitePaginator

from bookyflow.core.admin import ReadOnlyAdmin
from bookyflow.events.models import Event


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """The log of what happened and who did it, to read. It is long, so nothing counts it."""

    list_display = (
        "id",
        "at",
        "kind",
        "property_id",
        "subject_kind",
        "subject_id",
        "actor_kind",
        "user_id",
        "key_id",
        "is_test",
    )
    list_display_links = ("id",)
    search_fields = ("=id", "=property_id")
    ordering = ("-id",)
    paginator = InfinitePaginator
    show_full_result_count = False
    fields = (
        "kind",
        "at",
        "property_id",
        "subject_kind",
        "subject_id",
        "subject_sequence",
        "actor_kind",
        "user_id",
        "proxied_by",
        "key_id",
        "channel_id",
        "is_test",
        "data",
    )
