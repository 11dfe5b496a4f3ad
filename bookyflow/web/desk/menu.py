from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bookyflow.web.navigation import MenuEntry

ENTRIES = (
    MenuEntry(_("Desk"), "web:desk", "desk"),
    MenuEntry(_("Room plan"), "web:plan", "plan"),
)
