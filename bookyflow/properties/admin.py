from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from bookyflow.core.acting import Actor
from bookyflow.core.admin import ReadOnlyAdmin
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import (
    FeatureCategory,
    Property,
    PropertyCategory,
    PropertyFeature,
    PropertyType,
)
from bookyflow.properties.publication import (
    property_approve,
    property_publish,
    property_unapprove,
    property_unpublish,
)


class PropertyTypeForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable
    """Changes a type, unless visitors would lose a property by it."""

    def clean_is_published(self) -> bool:
        """A type that a published property has stays on offer."""
        is_published: bool = self.cleaned_data["is_published"]
        used = Property.objects.filter(
            property_type=self.instance.pk, is_published=True, deleted_at=None
        )
        if not is_published and self.instance.pk and used.exists():
            raise forms.ValidationError("A published property has this type.")
        return is_published


@admin.register(PropertyType)
class PropertyTypeAdmin(ModelAdmin):
    """What kinds of property there are; one that is in use is not deleted."""

    form = PropertyTypeForm
    list_display = ("id", "name", "flag", "context", "has_stars", "is_published")
    search_fields = ("name",)


@admin.register(PropertyCategory)
class PropertyCategoryAdmin(ModelAdmin):
    """What properties are offered for."""

    list_display = ("id", "title")


@admin.register(FeatureCategory)
class FeatureCategoryAdmin(ModelAdmin):
    """Headings for features."""

    list_display = ("id", "name")


@admin.register(PropertyFeature)
class PropertyFeatureAdmin(ModelAdmin):
    """What properties can have; what one has of its own is its manager's to change."""

    fields = ("name", "description", "category", "property_types", "include_in_filters")
    filter_horizontal = ("property_types",)
    list_display = ("id", "name", "category", "include_in_filters")
    list_select_related = ("category",)
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PropertyFeature]:
        """The site-wide ones."""
        found: QuerySet[PropertyFeature] = super().get_queryset(request)
        return found.filter(property=None)


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

    def _each(self, request: HttpRequest, queryset: QuerySet[Property], act: Any) -> None:
        """Act on each by itself, so that one refusal does not undo the others."""
        done = 0
        for prop in queryset:
            try:
                act(prop=prop, by=Actor(user_id=request.user.pk))
            except DomainError as error:
                reasons = [text for texts in error.fields.values() for text in texts]
                problem = " ".join([error.detail, *reasons])
                self.message_user(request, f"{prop}: {problem}", messages.ERROR)
            else:
                done += 1
        if done:
            self.message_user(request, f"Done: {done}.", messages.SUCCESS)
