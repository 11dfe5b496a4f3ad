"""The pages of the area, as tabs above each of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookyflow.accounts.models import AccessLevel


@dataclass(frozen=True)
class Tab:
    """A tab as it is shown."""

    label: str | Promise
    url: str
    is_current: bool


TABS = (
    (_("Overview"), "web:developers", AccessLevel.REGISTERED),
    (_("Key pairs"), "web:keys", AccessLevel.REGISTERED),
    (_("Test mode"), "web:test_mode", AccessLevel.REGISTERED),
    (_("Request log"), "web:requests", AccessLevel.REGISTERED),
    (_("Events"), "web:events", AccessLevel.MANAGER),
    (_("Channels"), "web:channels", AccessLevel.MANAGER),
    (_("Webhooks"), "web:webhooks", AccessLevel.MANAGER),
)


def tabs_for(*, level: int, path: str) -> list[Tab]:
    """The tabs that an account of a level may follow; the one whose page stands here is marked."""
    links = [(label, reverse(name)) for label, name, least in TABS if level >= least]
    inside = [url for _, url in links if path == url or path.startswith(url + "/")]
    current = max(inside, key=len, default="")
    return [Tab(label, url, url == current) for label, url in links]
