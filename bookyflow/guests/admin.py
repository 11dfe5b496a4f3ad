from __future__ import annotations

from django.contrib import admin

from bookyflow.core.admin import ReadOnlyAdmin
from bookyflow.guests.models import Guest, GuestReview


@admin.register(Guest)
class GuestAdmin(ReadOnlyAdmin):
    """Guests, to read. Names are encrypted, so that only ids can be searched for."""

    list_display = ("id", "property", "country", "blacklisted", "anonymised_at", "changed_at")
    list_filter = ("blacklisted", "country")
    list_select_related = ("property",)
    search_fields = ("=id", "=property__id")


@admin.register(GuestReview)
class GuestReviewAdmin(ReadOnlyAdmin):
    """What staff have written about guests, to read."""

    list_display = ("id", "property", "guest", "author", "changed_at")
    list_select_related = ("property", "guest", "author")
    search_fields = ("=guest__id", "=property__id")
