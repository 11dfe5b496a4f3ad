"""The admin in the site's colours: its menu, its style sheet and its content policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.auth import admin as _auth_admin  # noqa: F401  # registers Group
from django.contrib.auth.models import Group
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase
from django.templatetags.static import static
from django.urls import reverse
from procrastinate.contrib.django import admin as _jobs_admin  # noqa: F401  # registers jobs
from procrastinate.contrib.django.models import ProcrastinateJob

from bookyflow.accounts.models import KeyPair, SiteSettings, User
from bookyflow.api.models import RequestLog
from bookyflow.billing.models import Invoice, Payment
from bookyflow.channels.models import Channel, ChannelProperty
from bookyflow.events.models import Event
from bookyflow.guests.models import Guest, GuestReview
from bookyflow.plugins.models import FeatureState
from bookyflow.properties.models import (
    CustomField,
    FeatureCategory,
    Property,
    PropertyCategory,
    PropertyFeature,
    PropertyType,
)
from bookyflow.reservations.models import Booking
from bookyflow.reviews.models import Review, ReviewReply, ReviewReport
from bookyflow.rooms.models import Room, RoomFeature, RoomType
from bookyflow.tariffs.models import Coupon, Extra, TariffType, TaxRate
from bookyflow.webhooks.models import Webhook

# unfold's menus are Alpine's expressions in attributes, which Alpine can only run as code made of
# text ('unsafe-eval'), and it sets style attributes. No inline script or style element runs.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self'; "
    "style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# (heading, [(label, icon, model)]); a model that is not here is in no menu.
MENU: tuple[tuple[str, list[tuple[str, str, type[Model]]]], ...] = (
    ("Plug-ins", [("Plug-ins", "extension", FeatureState)]),
    (
        "Bookings",
        [
            ("Bookings", "event", Booking),
            ("Guests", "person", Guest),
            ("Guest reviews by staff", "rate_review", GuestReview),
            ("Invoices", "receipt", Invoice),
            ("Payments", "payments", Payment),
        ],
    ),
    (
        "Properties",
        [
            ("Properties", "apartment", Property),
            ("Rooms", "bed", Room),
            ("Tariffs", "sell", TariffType),
            ("Extras", "add_shopping_cart", Extra),
            ("Coupons", "confirmation_number", Coupon),
            ("Reviews", "reviews", Review),
            ("Replies", "reply", ReviewReply),
            ("Reported reviews", "flag", ReviewReport),
        ],
    ),
    (
        "Connections",
        [
            ("Key pairs", "key", KeyPair),
            ("Channels", "hub", Channel),
            ("Properties on channels", "lan", ChannelProperty),
            ("Webhooks", "webhook", Webhook),
            ("Events", "history", Event),
            ("Request log", "list_alt", RequestLog),
        ],
    ),
    (
        "Site",
        [
            ("Accounts", "group", User),
            ("Settings", "settings", SiteSettings),
            ("Rates of tax", "percent", TaxRate),
        ],
    ),
    (
        "Dictionaries",
        [
            ("Property types", "category", PropertyType),
            ("Property categories", "style", PropertyCategory),
            ("Property features", "checklist", PropertyFeature),
            ("Feature headings", "title", FeatureCategory),
            ("Room types", "king_bed", RoomType),
            ("Room features", "shower", RoomFeature),
            ("Custom fields", "edit_note", CustomField),
        ],
    ),
)

# Rights hang on levels, not on groups; jobs are the machine's own.
for _model in (Group, ProcrastinateJob):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """The menu of the admin: what the account may see, in groups."""
    groups = [
        {
            "title": heading,
            "separator": True,
            "items": [_item(*entry) for entry in entries if _may_see(request, entry[2])],
        }
        for heading, entries in MENU
    ]
    back = {"title": "Back to the site", "icon": "arrow_back", "link": reverse("web:home")}
    return [{"items": [back]}, *(group for group in groups if group["items"])]


def _item(label: str, icon: str, model: type[Model]) -> dict[str, str]:
    name = model._meta.label_lower.replace(".", "_")
    return {"title": label, "icon": icon, "link": reverse(f"admin:{name}_changelist")}


def _may_see(request: HttpRequest, model: type[Model]) -> bool:
    page = admin.site.get_model_admin(model)
    return page.has_view_permission(request)


def frame(request: HttpRequest) -> dict[str, Any]:
    """What every page of the admin gets: no colours, which would be an inline style."""
    return {"colors": None}


def style(request: HttpRequest) -> str:
    """The style sheet with the site's colours."""
    return static("web/admin.css")


def script(request: HttpRequest) -> str:
    """What unfold's own scripts leave out."""
    return static("web/admin.js")


def favicon(request: HttpRequest) -> str:
    """The site's icon."""
    return static("web/icon.svg")


class AdminPolicy:
    """Middleware: the content policy of the admin's pages, where they have no other one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with the policy below /admin/."""
        response = self._get_response(request)
        if request.path_info.startswith("/admin/"):
            response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        return response
