"""Whether a session's guest has to pay before there is a booking, and where."""

from __future__ import annotations

from collections.abc import Callable

from bookyflow.payments.selectors import online_provider
from bookyflow.properties.models import Property

Page = Callable[[Property, str], str]

_pages: list[Page] = []


def payment_page_add(page: Page) -> None:
    """Have guests who must pay before they book do so at a page.

    `page` gives its path for a property and a language, with a query to which clients add
    `&jsid=<session id>`. Called by an app above this one when it is ready.
    """
    _pages.append(page)


def payment_page(prop: Property, language: str) -> str:
    """The path of where a property's guests pay before they book; "" where they need not.

    They need where somebody takes their money at once, and the property does not approve bookings
    first; one query.
    """
    if prop.settings.requires_approval or online_provider(prop.pk) is None:
        return ""
    return next((page(prop, language) for page in _pages), "")
