from __future__ import annotations

from django.contrib import admin

from bookyflow.channels.models import Channel, ChannelProperty
from bookyflow.core.admin import ReadOnlyAdmin


@admin.register(Channel)
class ChannelAdmin(ReadOnlyAdmin):
    """Channels that accounts have announced, to read."""

    list_display = ("id", "friendly_name", "name", "user", "created_at")
    list_select_related = ("user",)
    search_fields = ("=id", "=user__id")
    ordering = ("-id",)
    fields = ("name", "friendly_name", "user", "created_at")


@admin.register(ChannelProperty)
class ChannelPropertyAdmin(ReadOnlyAdmin):
    """Which property is on which channel, and under which name, to read."""

    list_display = ("id", "channel", "property", "remote_id")
    list_select_related = ("channel", "property")
    search_fields = ("=channel__id", "=property__id")
    ordering = ("-id",)
    fields = ("channel", "property", "remote_id")
