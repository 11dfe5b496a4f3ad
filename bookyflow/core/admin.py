"""What the admin pages of domain models have in common."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from unfold.admin import ModelAdmin


class ReadOnlyAdmin(ModelAdmin):
    """Shows rows and changes none: changes go through the services, which know the rules."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


class SharedNameForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable
    """Adds or changes an entry of a dictionary of the site, which properties may add to."""

    def clean_name(self) -> str:
        """There is one of a name; the form cannot see it, since it leaves the property out."""
        name: str = self.cleaned_data["name"]
        same = type(self.instance).objects.filter(property=None, name=name)
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("There is one of this name.")
        return name
