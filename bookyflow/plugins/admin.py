from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

from bookyflow.core.errors import DomainError
from bookyflow.plugins import registry
from bookyflow.plugins.models import FeatureState


@admin.register(FeatureState)
class FeatureStateAdmin(ModelAdmin):
    """The installed features, to switch on and off; installing is a command's work."""

    actions = ["enable", "disable"]
    fields = readonly_fields = [
        "name",
        "title",
        "section",
        "version",
        "enabled",
        "code",
        "installed_at",
        "changed_at",
    ]
    list_display = ["name", "title", "section", "version", "enabled", "code", "changed_at"]
    list_filter = ["enabled"]
    search_fields = ["name"]
    list_before_template = "plugins/not_installed.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: a row without migrated tables would be a lie."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: uninstalling is a command's work."""
        return False

    @admin.display(description="title")
    def title(self, state: FeatureState) -> str:
        """The title in the manifest."""
        feature = registry.features().get(state.name)
        return feature.title if feature else "-"

    @admin.display(description="section")
    def section(self, state: FeatureState) -> str:
        """The section of the API."""
        feature = registry.features().get(state.name)
        return feature.section if feature else "-"

    @admin.display(description="code")
    def code(self, state: FeatureState) -> str:
        """Whether the code behind the row can be used, and which version it has."""
        feature = registry.features().get(state.name)
        if feature is None:
            return "missing"
        if feature.version != state.version:
            return f"{feature.version}: run `manage.py features install {state.name}`"
        return "ready"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, with the features that have no row and the packages that are broken."""
        installed = set(FeatureState.objects.values_list("name", flat=True))
        context = (extra_context or {}) | {
            "not_installed": [f for n, f in registry.features().items() if n not in installed],
            "broken": registry.broken(),
        }
        response: HttpResponse = super().changelist_view(request, context)
        return response

    @admin.action(description="Switch on", permissions=["change"])
    def enable(self, request: HttpRequest, states: QuerySet[FeatureState]) -> None:
        """Switch the chosen features on."""
        self._switch(request, states, on=True)

    @admin.action(description="Switch off", permissions=["change"])
    def disable(self, request: HttpRequest, states: QuerySet[FeatureState]) -> None:
        """Switch the chosen features off."""
        self._switch(request, states, on=False)

    def _switch(self, request: HttpRequest, states: QuerySet[FeatureState], *, on: bool) -> None:
        for state in states:
            try:
                registry.set_enabled(state.name, on=on)
            except DomainError as error:
                self.message_user(request, error.detail, messages.ERROR)
            else:
                word = "on" if on else "off"
                self.message_user(request, f"{state.name} is {word}.", messages.SUCCESS)
