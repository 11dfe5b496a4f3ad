from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from bookyflow.accounts.admin import UserAdmin
from bookyflow.accounts.models import User
from bookyflow.core.admin import ReadOnlyAdmin, act_on_each, actor_of
from bookyflow.properties.models import Property
from bookyflow.property_lifecycle.publication import (
    property_approve,
    property_publish,
    property_unapprove,
    property_unpublish,
)
from bookyflow.property_lifecycle.suspension import user_suspend, user_unsuspend

admin.site.unregister(User)


@admin.register(User)
class SuspendingUserAdmin(UserAdmin):
    """Accounts, which can also be suspended here."""

    actions = (*UserAdmin.actions, "suspend", "unsuspend")

    @admin.action(description="Suspend", permissions=["change"])
    def suspend(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Stop the chosen accounts and their key pairs."""
        by = actor_of(request)
        act_on_each(self, request, queryset, lambda user: user_suspend(user=user, by=by))

    @admin.action(description="End the suspension", permissions=["change"])
    def unsuspend(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Let the chosen accounts and their key pairs work again."""
        by = actor_of(request)
        act_on_each(self, request, queryset, lambda user: user_unsuspend(user=user, by=by))


@admin.register(Property)
class PropertyAdmin(ReadOnlyAdmin):
    """Properties, to read, to approve and to publish."""

    list_display = (
        "id",
        "name",
        "property_type",
        "country",
        "town",
        "is_complete",
        "is_approved",
        "is_published",
        "deleted_at",
    )
    list_filter = ("is_approved", "is_published", "is_complete", "is_test", "property_type")
    list_select_related = ("property_type",)
    search_fields = ("=id", "name", "town")
    actions = ("approve", "unapprove", "publish", "unpublish")

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Who administers the site decides what visitors see."""
        return bool(getattr(request.user, "is_superuser", False))

    @admin.action(description="Approve", permissions=["decide"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Property]) -> None:
        """Let the chosen properties be published."""
        self._each(request, queryset, property_approve)

    @admin.action(description="Withdraw the approval", permissions=["decide"])
    def unapprove(self, request: HttpRequest, queryset: QuerySet[Property]) -> None:
        """Withdraw the approval of the chosen properties, which unpublishes them."""
        self._each(request, queryset, property_unapprove)

    @admin.action(description="Publish", permissions=["decide"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Property]) -> None:
        """Show the chosen properties to visitors, those that are ready."""
        self._each(request, queryset, property_publish)

    @admin.action(description="Unpublish", permissions=["decide"])
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Property]) -> None:
        """Take the chosen properties from sight."""
        self._each(request, queryset, property_unpublish)

    def _each(self, request: HttpRequest, queryset: QuerySet[Property], service: Any) -> None:
        by = actor_of(request)
        act_on_each(self, request, queryset, lambda prop: service(prop=prop, by=by))
