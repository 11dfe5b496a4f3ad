from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bookyflow.accounts.models import AccessLevel
from bookyflow.web.navigation import MenuEntry

ENTRIES = (
    MenuEntry(
        _("Documentation"), "web:docs_home", "book", AccessLevel.REGISTERED, of_property=False
    ),
    MenuEntry(_("API browser"), "docs", "code", AccessLevel.REGISTERED, of_property=False),
)
