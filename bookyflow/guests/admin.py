from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from bookyflow.core.admin import ReadOnlyAdmin, is_super_manager
from bookyflow.guests.models import Guest, GuestReview

PERSONAL = (
    "first_name",
    "surname",
    "email",
    "phone",
    "mobile",
    "house",
    "street",
    "town",
    "postcode",
)


@admin.register(Guest)
class GuestAdmin(ReadOnlyAdmin):
    """Guests, to read. Names are encrypted, so that only ids can be searched for."""

    list_display = ("id", "property", "country", "blacklisted", "anonymised_at", "changed_at")
    list_filter = ("blacklisted", "country")
    list_select_related = ("property",)
    search_fields = ("=id", "=property__id")
    ordering = ("-id",)
    fields = (
        "property",
        "country",
        "region",
        "language",
        "blacklisted",
        "anonymised_at",
        "changed_at",
    )

    def get_fields(self, request: HttpRequest, obj: Guest | None = None) -> tuple[str, ...]:
        """Who the guest is, for super managers alone."""
        return (*(PERSONAL if is_super_manager(request) else ()), *self.fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """All of them; what is encrypted is none of the form's own fields."""
        return self.get_fields(request, obj)


@admin.register(GuestReview)
class GuestReviewAdmin(ReadOnlyAdmin):
    """What staff have written about guests, to read."""

    list_display = ("id", "property", "guest", "author", "changed_at")
    list_select_related = ("property", "guest", "author")
    search_fields = ("=guest__id", "=property__id")
