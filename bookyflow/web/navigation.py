"""The menu beside every page, and the property that an account works on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from importlib.util import find_spec

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

from bookyflow.accounts.models import User
from bookyflow.properties.access import properties_of
from bookyflow.properties.models import Property
from bookyflow.web.entries import MenuEntry
from bookyflow.web.extensions import entries_shown

__all__ = ["AREAS", "Frame", "MenuEntry", "MenuLink"]

AREAS = (  # packages here, each with urls and most with a menu; in the order of the menu
    "desk",
    "bookings",
    "guests",
    "messages",
    "invoices",
    "prices",
    "property",
    "reports",
    "account",
    "developers",
    "docs",
    "booking",
)
SHOWN = 12  # properties in the menu; the page of properties has them all
REMEMBERED = "property"  # in the session


@dataclass(frozen=True)
class MenuLink:
    """An entry as it is shown on a page."""

    label: str | Promise
    url: str
    icon: str
    is_current: bool


class Frame:
    """What stands around a page: the menu, the property that is worked on, and the others."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._entered: Property | None = None

    def enter(self, property_id: int) -> Property | None:
        """Work on a property from now on; None where the account has no part in it."""
        found = self._mine.filter(pk=property_id).select_related("settings").first()
        if found is not None:
            self._entered = found
            if self._request.session.get(REMEMBERED) != found.pk:
                self._request.session[REMEMBERED] = found.pk
        return found

    @cached_property
    def user(self) -> User | None:
        """Who looks, None for a visitor."""
        user = getattr(self._request, "user", None)
        return user if isinstance(user, User) else None

    @property
    def prop(self) -> Property | None:
        """The property of the page, else the one last worked on, else the first."""
        return self._entered or self._last

    @cached_property
    def properties(self) -> list[Property]:
        """The account's properties by name, not more than the menu shows."""
        return list(self._mine.order_by("name", "pk")[: SHOWN + 1])

    @property
    def has_more(self) -> bool:
        """Whether the account has more properties than the menu shows."""
        return len(self.properties) > SHOWN

    @cached_property
    def menu(self) -> list[MenuLink]:
        """The entries that the account may follow; the one that leads here is marked."""
        level = self.user.access_level if self.user else 0
        entries = [one for one in (*_entries(), *entries_shown()) if one.level <= level]
        if self.prop is None:
            entries = [one for one in entries if not one.of_property]
        urls = [self._url(entry) for entry in entries]
        current = _longest_beginning(self._request.path, urls)
        return [
            MenuLink(entry.label, url, entry.icon, url == current)
            for entry, url in zip(entries, urls, strict=True)
        ]

    def elsewhere(self) -> list[tuple[Property, str]]:
        """The properties of the menu, each with this page of it, or its desk."""
        match = self._request.resolver_match
        same = match is not None and set(match.kwargs) == {"property_id"}
        name = match.view_name if match is not None and same else "web:desk"
        return [(prop, reverse(name, args=[prop.pk])) for prop in self.properties[:SHOWN]]

    @property
    def _mine(self) -> QuerySet[Property]:
        return properties_of(self.user) if self.user else Property.objects.none()

    @cached_property
    def _last(self) -> Property | None:
        last = self._request.session.get(REMEMBERED)
        found = self._mine.filter(pk=last).first() if last else None
        return found or (self.properties[0] if self.properties else None)

    def _url(self, entry: MenuEntry) -> str:
        args = [self.prop.pk] if entry.of_property and self.prop else []
        return reverse(entry.url_name, args=args)


@cache
def _entries() -> tuple[MenuEntry, ...]:
    """The entries of the areas that have any, in the order of the areas."""
    menus = [f"bookyflow.web.{area}.menu" for area in AREAS]
    return tuple(
        entry for menu in menus if find_spec(menu) for entry in import_module(menu).ENTRIES
    )


def _longest_beginning(path: str, urls: Iterable[str]) -> str:
    found = [url for url in urls if path == url or path.startswith(url.rstrip("/") + "/")]
    return max(found, key=len, default="")
