from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bookyflow.accounts.models import AccessLevel
from bookyflow.web.navigation import MenuEntry

ENTRIES = (MenuEntry(_("Team"), "web:team", "team", AccessLevel.MANAGER),)
