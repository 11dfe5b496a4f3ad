"""What an entry of the menu is; areas and features declare them in their module `menu`."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from bookyflow.accounts.models import AccessLevel


@dataclass(frozen=True)
class MenuEntry:
    """A place in the menu: a page of `level` and above, where `of_property` of a property.

    `icon` names a symbol of static/web/icons.svg.
    """

    label: str | Promise
    url_name: str
    icon: str
    level: AccessLevel = AccessLevel.RECEPTIONIST
    of_property: bool = True
