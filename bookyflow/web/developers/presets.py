"""What key pairs are usually made for, and the scopes that fit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookyflow.plugins.broad import INCLUDES

ADMINISTRATION = frozenset({"cmf_admin"})  # for the site's own systems: never by a preset


@dataclass(frozen=True)
class Preset:
    """A use of a key pair: its name in the address, what it is called, and its scopes."""

    name: str
    title: str | Promise
    text: str | Promise
    scopes: frozenset[str]

    def of(self, grantable: Collection[str]) -> list[str]:
        """Those of its scopes that can be granted, without broad ones."""
        return sorted(self.scopes & set(grantable))


CHANNEL = Preset(
    "channel",
    _("Channel manager"),
    _("Prices, rooms to sell and bookings, as a channel; and it is told what happens."),
    frozenset({"channel_management", "webhooks_get", "webhooks_set"}),
)
SITE = Preset(
    "site",
    _("Booking site"),
    _("Shows properties with their prices, and makes bookings."),
    frozenset({"content_get", "tariffs_get", "bookings_get", "bookings_set"}),
)
PRESETS = {one.name: one for one in (CHANNEL, SITE)}
READ, EVERYTHING = "read", "everything"


def preset_scopes(name: str, grantable: Collection[str]) -> list[str]:
    """The scopes of a preset that can be granted; none for a name that there is not."""
    fine = sorted(set(grantable) - INCLUDES.keys() - ADMINISTRATION)
    if name == EVERYTHING:
        return fine
    if name == READ:
        return [scope for scope in fine if scope.endswith("_get")]
    return PRESETS[name].of(grantable) if name in PRESETS else []


def presets_shown() -> list[tuple[str, str | Promise, str | Promise]]:
    """Name, title and text of each preset, in the order of the form."""
    read = (READ, _("Read only"), _("Sees everything and changes nothing."))
    every = (EVERYTHING, _("Everything"), _("All that your level allows: for test keys."))
    return [*((one.name, one.title, one.text) for one in PRESETS.values()), read, every]
