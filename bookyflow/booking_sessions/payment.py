"""Whether a session's guest has to pay before there is a booking, and where."""

from __future__ import annotations

from collections.abc import Callable

from bookyflow.properties.models import Property

Page = Callable[[Property], str]

_pages: list[Page] = []


def payment_page_add(page: Page) -> None:
    """Have a property's guests pay before they book.

    `page` gives the path of where they do so, with a query to which clients add
    `&jsid=<session id>`, or "" for a property whose guests need not. Called by an app above this
    one when it is ready.
    """
    _pages.append(page)


def payment_page(prop: Property) -> str:
    """The path of where a property's guests pay before they book; "" where they need not."""
    return next((path for page in _pages if (path := page(prop))), "")
