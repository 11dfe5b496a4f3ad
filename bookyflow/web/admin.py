"""The plug-in manager: features as cards, a page each, and what can be done about them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from unfold.admin import ModelAdmin

from bookyflow.core.errors import DomainError
from bookyflow.plugins import catalogue, registry, running
from bookyflow.plugins.catalogue import Card
from bookyflow.plugins.models import FeatureState
from bookyflow.web import admin_look  # noqa: F401  # takes pages off that nobody needs
from bookyflow.web.plugin_manager import about
from bookyflow.web.plugin_manager.forms import SettingsForm

HOME = "admin:plugins_featurestate_changelist"
DROP = "drop"
SECTIONS = {
    "core": "Core API",
    "booking": "New Booking Engine",
    "cmf": "Channel Management Framework",
    "messaging": "Messaging API",
    "extras": "Extras",
}
View = Callable[[HttpRequest, Card], HttpResponse]


@admin.register(FeatureState)
class PluginManager(ModelAdmin):
    """Features: what they are, who uses them; install, update, switch, uninstall.

    Only what pip has already put into this environment can be installed: no code is fetched.
    """

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: a row without migrated tables would be a lie."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: uninstalling asks first, on a page of its own."""
        return False

    def get_urls(self) -> list[Any]:
        """The list, and what lies below each feature's page."""
        below = {
            "": (self.feature, "feature"),
            "/settings": (self.settings, "feature_settings"),
            "/install": (self.install, "feature_install"),
            "/enable": (self.enable, "feature_enable"),
            "/disable": (self.disable, "feature_disable"),
            "/uninstall": (self.uninstall, "feature_uninstall"),
            "/progress": (self.progress, "feature_progress"),
        }
        pages = [
            path(f"feature/<slug:name>{tail}", self._page(view, write=tail not in READ), name=name)
            for tail, (view, name) in below.items()
        ]
        return [*pages, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """All features as cards: ours by section, packages, and what is broken."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        cards = catalogue.cards()
        ours = [card for card in cards if card.is_ours]
        context = {
            "title": "Plug-ins",
            "sections": [
                (title, [card for card in ours if card.feature and card.feature.section == name])
                for name, title in SECTIONS.items()
            ],
            "packages": [card for card in cards if card.feature and not card.is_ours],
            "broken": [card for card in cards if card.feature is None],
            "updates": sum(card.has_update for card in cards),
            "public": {name for name in registry.features() if about.has_public_endpoints(name)},
            "safe_mode": settings.SAFE_MODE,
        }
        return self._render(request, "list", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page of the feature that a row is about."""
        state = self.get_object(request, object_id)
        if state is None:
            raise Http404
        return redirect("admin:feature", state.name)

    def feature(self, request: HttpRequest, card: Card) -> HttpResponse:
        """What there is to know about a feature, and what can be done."""
        return self._feature(request, card, self._form(card))

    def settings(self, request: HttpRequest, card: Card) -> HttpResponse:
        """Save the settings of a feature."""
        form = self._form(card, request.POST)
        if not form.is_valid():
            return self._feature(request, card, form, status=400)
        registry.settings_save(card.name, form.cleaned_data)
        self.message_user(request, "The settings are saved.", messages.SUCCESS)
        return redirect("admin:feature", card.name)

    def install(self, request: HttpRequest, card: Card) -> HttpResponse:
        """Begin to install or update a feature: its tables, and the processes' code."""
        running.start("install", card.name)
        return redirect("admin:feature_progress", card.name)

    def enable(self, request: HttpRequest, card: Card) -> HttpResponse:
        """Switch a feature on."""
        registry.set_enabled(card.name, on=True)
        self.message_user(request, f"{card.title} is on.", messages.SUCCESS)
        return redirect("admin:feature", card.name)

    def disable(self, request: HttpRequest, card: Card) -> HttpResponse:
        """Say what would stop, then switch a feature off."""
        if request.method == "POST":
            registry.set_enabled(card.name, on=False)
            self.message_user(request, f"{card.title} is off.", messages.SUCCESS)
            return redirect("admin:feature", card.name)
        context = {"title": f"Switch off {card.title}?", "stops": registry.stopping(card.name)}
        return self._render(request, "disable", self._about(card) | context)

    def uninstall(self, request: HttpRequest, card: Card) -> HttpResponse:
        """Say what would stop and what stays, then begin to uninstall a feature."""
        if request.method == "POST":
            drop = ["--drop"] if request.POST.get("data") == DROP else []
            running.start("uninstall", card.name, "--yes", *drop)
            return redirect("admin:feature_progress", card.name)
        context = {
            "title": f"Uninstall {card.title}?",
            "stops": registry.stopping(card.name),
            "tables": registry.tables_of(card.name),
        }
        return self._render(request, "uninstall", self._about(card) | context)

    def progress(self, request: HttpRequest, card: Card) -> HttpResponse:
        """What installing or uninstalling has done so far."""
        context = {"title": card.title, "card": card, "run": running.run_of(card.name)}
        return self._render(request, "progress", context)

    def _feature(
        self, request: HttpRequest, card: Card, form: SettingsForm, status: int = 200
    ) -> HttpResponse:
        context = {"title": card.title, "form": form if form.fields else None}
        return self._render(request, "feature", self._about(card) | context, status)

    def _form(self, card: Card, data: Any = None) -> SettingsForm:
        usable = card.state is not None and card.is_loaded
        declared = registry.features()[card.name].settings if usable else ()
        return SettingsForm(
            declared, data, initial=registry.settings_of(card.name) if declared else None
        )

    def _about(self, card: Card) -> dict[str, Any]:
        told: dict[str, Any] = {"card": card, "endpoints": about.endpoints_of(card.name)}
        if card.feature is not None:
            keys = about.keys_with(card.feature)
            told |= {"keys": keys[: about.SHOWN], "key_count": keys.count()}
        if card.is_loaded:
            calls = about.calls_of(card.name)
            told |= {"calls": calls[: about.SHOWN], "health": about.health_of([card.name])}
        return told

    def _render(
        self, request: HttpRequest, name: str, context: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        frame = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "may_change": self.has_change_permission(request),
        }
        return render(request, f"admin/plugins/{name}.html", frame | context, status=status)

    def _page(self, view: View, *, write: bool) -> Any:
        @wraps(view)
        def wrapped(request: HttpRequest, name: str) -> HttpResponse:
            allowed = self.has_change_permission if write else self.has_view_permission
            if not allowed(request):
                raise PermissionDenied
            try:
                card = catalogue.card(name)
            except DomainError as error:
                raise Http404 from error
            try:
                return view(request, card)
            except DomainError as error:
                texts = [text for one in error.fields.values() for text in one]
                self.message_user(request, " ".join([error.detail, *texts]), messages.ERROR)
                return redirect(reverse("admin:feature", args=[name]))

        return self.admin_site.admin_view(_METHODS[view.__name__](wrapped))


READ = {"", "/progress"}
_ask = require_http_methods(["GET", "HEAD", "POST"])
_METHODS: dict[str, Callable[[Any], Any]] = {
    "feature": require_GET,
    "progress": require_GET,
    "settings": require_POST,
    "install": require_POST,
    "enable": require_POST,
    "disable": _ask,
    "uninstall": _ask,
}
