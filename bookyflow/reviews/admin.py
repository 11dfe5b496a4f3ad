from __future__ import annotations

from django.contrib import admin

from bookyflow.core.admin import ReadOnlyAdmin
from bookyflow.reviews.models import Review, ReviewReply, ReviewReport


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """Reviews, to read."""

    list_display = ("id", "property", "title", "overall", "is_published", "created_at")
    list_filter = ("is_published",)
    list_select_related = ("property",)
    search_fields = ("=id", "=property__id", "title")


@admin.register(ReviewReply)
class ReviewReplyAdmin(ReadOnlyAdmin):
    """What properties have answered, to read."""

    list_display = ("id", "review", "author", "changed_at")
    list_select_related = ("review", "author")
    search_fields = ("=review__id",)


@admin.register(ReviewReport)
class ReviewReportAdmin(ReadOnlyAdmin):
    """Reviews that somebody finds abusive, to read."""

    list_display = ("id", "review", "user", "created_at")
    list_select_related = ("review", "user")
    search_fields = ("=review__id",)
