"""What the admin pages of domain models have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError

# A few to tick, in place of two lists side by side, which are wider than a page.
TICKED: dict[type[models.Field[Any, Any]], dict[str, Any]] = {
    models.ManyToManyField: {"widget": UnfoldAdminCheckboxSelectMultipleWidget}
}


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
            raise forms.ValidationError("This name is already in use.")
        return name


def is_super_manager(request: HttpRequest) -> bool:
    """Whether who sits at the admin pages reaches every property, and its guests."""
    return bool(getattr(request.user, "is_super_manager", False))


def actor_of(request: HttpRequest) -> Actor:
    """Who sits at the admin pages."""
    return Actor(user_id=request.user.pk)


def act_on_each(
    page: ModelAdmin, request: HttpRequest, queryset: QuerySet[Any], act: Callable[[Any], object]
) -> None:
    """Act on each row by itself, so that one refusal does not undo the others; say how it went."""
    done = 0
    for row in queryset:
        try:
            act(row)
        except DomainError as error:
            reasons = [text for texts in error.fields.values() for text in texts]
            problem = " ".join([error.detail, *reasons])
            page.message_user(request, f"{row}: {problem}", messages.ERROR)
        else:
            done += 1
    if done:
        page.message_user(request, f"Done: {done}.", messages.SUCCESS)
