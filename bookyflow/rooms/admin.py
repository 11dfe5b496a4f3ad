from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from bookyflow.core.admin import TICKED, ReadOnlyAdmin, SharedNameForm
from bookyflow.rooms.models import Room, RoomFeature, RoomType


class SharedAdmin(ModelAdmin):
    """A dictionary of the site; what properties have of their own is theirs to change."""

    form = SharedNameForm
    fields: tuple[str, ...] = ("name", "description", "property_types")
    formfield_overrides = TICKED
    search_fields: tuple[str, ...] = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The site-wide ones."""
        found: QuerySet[Any] = super().get_queryset(request)
        return found.filter(property=None)


@admin.register(RoomType)
class RoomTypeAdmin(SharedAdmin):
    """Room types that every property of a fitting type may use."""


@admin.register(RoomFeature)
class RoomFeatureAdmin(SharedAdmin):
    """What rooms can have, for every property of a fitting type."""


@admin.register(Room)
class RoomAdmin(ReadOnlyAdmin):
    """Rooms, to read; the deleted ones, too."""

    list_display = ("id", "property", "room_type", "number", "max_occupancy", "deleted_at")
    list_select_related = ("property", "room_type")
    search_fields = ("=id", "=property__id", "number", "name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Room]:
        """Every room that there is or was."""
        return Room.every.all()
