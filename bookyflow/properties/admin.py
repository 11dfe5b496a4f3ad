from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from bookyflow.core.acting import Actor
from bookyflow.core.admin import TICKED, SharedNameForm, is_super_manager
from bookyflow.core.errors import DomainError
from bookyflow.properties.custom_fields import (
    CHANGEABLE,
    custom_field_delete,
    custom_field_save,
    custom_field_validate,
)
from bookyflow.properties.models import (
    CustomField,
    FeatureCategory,
    Property,
    PropertyCategory,
    PropertyFeature,
    PropertyType,
)


class PropertyTypeForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable
    """Changes a type, unless properties that have it would suffer."""

    def clean_flag(self) -> int:
        """How a type is let stays while a property has it, whose rooms fit that."""
        flag = int(self.cleaned_data["flag"])
        used = Property.objects.filter(property_type=self.instance.pk, deleted_at=None)
        if self.instance.pk and flag != self.initial["flag"] and used.exists():
            raise forms.ValidationError("This type is in use by a property.")
        return flag

    def clean_is_published(self) -> bool:
        """A type that a published property has stays on offer."""
        is_published: bool = self.cleaned_data["is_published"]
        used = Property.objects.filter(
            property_type=self.instance.pk, is_published=True, deleted_at=None
        )
        if not is_published and self.instance.pk and used.exists():
            raise forms.ValidationError("This type is in use by a published property.")
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

    form = SharedNameForm
    fields = ("name", "description", "category", "property_types", "include_in_filters")
    formfield_overrides = TICKED
    list_display = ("id", "name", "category", "include_in_filters")
    list_select_related = ("category",)
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PropertyFeature]:
        """The site-wide ones."""
        found: QuerySet[PropertyFeature] = super().get_queryset(request)
        return found.filter(property=None)


class CustomFieldForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable
    """Adds or changes a field of the site; what the service would refuse stands beside it."""

    def clean(self) -> dict[str, Any]:
        """Ask the rules of custom fields."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            draft = CustomField(pk=self.instance.pk, **{name: values[name] for name in CHANGEABLE})
            try:
                custom_field_validate(draft)
            except DomainError as error:
                for name, problems in error.fields.items():
                    self.add_error(name, problems)
        return values


@admin.register(CustomField)
class CustomFieldAdmin(ModelAdmin):
    """What every property, or every one of some types, asks or tells; super managers change it."""

    form = CustomFieldForm
    fields = (*CHANGEABLE, "property_types")
    formfield_overrides = TICKED
    list_display = ("id", "name", "purpose", "answer", "required")
    list_filter = ("purpose",)
    search_fields = ("name", "description")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CustomField]:
        """The site-wide ones."""
        found: QuerySet[CustomField] = super().get_queryset(request)
        return found.filter(property=None)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Super managers."""
        return is_super_manager(request) and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Super managers."""
        return is_super_manager(request) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Super managers."""
        return is_super_manager(request) and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: CustomField, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's signature
        """Store the field by its service."""
        given = form.cleaned_data
        saved = custom_field_save(
            property_id=None,
            by=Actor(user_id=request.user.pk),
            field_id=obj.pk if change else None,
            property_type_ids=[kind.pk for kind in given["property_types"]],
            **{name: given[name] for name in CHANGEABLE},
        )
        obj.pk = saved.pk

    def delete_model(self, request: HttpRequest, obj: CustomField) -> None:
        """Remove the field by its service."""
        custom_field_delete(property_id=None, field_id=obj.pk, by=Actor(user_id=request.user.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[CustomField]) -> None:
        """Remove the fields, each by the service."""
        for field in queryset:
            self.delete_model(request, field)
