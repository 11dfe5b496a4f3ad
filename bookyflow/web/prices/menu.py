from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bookyflow.web.navigation import MenuEntry

ENTRIES = (MenuEntry(_("Prices"), "web:prices", "prices"),)
