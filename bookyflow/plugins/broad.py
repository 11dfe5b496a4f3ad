"""Broad scopes: one tick in place of many.

The table is fixed. What a broad scope includes never depends on what is installed: a package must
not widen the keys that people have handed out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from bookyflow.plugins.manifest import Scope

INCLUDES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "properties_get": frozenset(
            {
                "bookings_get",
                "content_get",
                "guests_get",
                "invoices_get",
                "statistics_get",
                "tariffs_get",
            }
        ),
        "properties_set": frozenset(
            {
                "bookings_set",
                "content_set",
                "desk_set",
                "guests_set",
                "invoices_set",
                "tariffs_set",
            }
        ),
    }
)

BROAD: Mapping[str, Scope] = MappingProxyType(
    {
        scope.name: scope
        for scope in (
            Scope(
                name="properties_get",
                level=50,
                category="properties",
                label="Read everything of properties",
                description="See texts, rooms, prices, bookings, guests, invoices and statistics "
                "of the properties that the key reaches, as far as its owner may.",
            ),
            Scope(
                name="properties_set",
                level=50,
                category="properties",
                label="Change everything of properties",
                description="Change texts, rooms, prices, bookings, guests, invoices and the work "
                "at the desk of the properties that the key reaches, as far as its owner may.",
            ),
        )
    }
)


def expand(scopes: Iterable[str]) -> frozenset[str]:
    """The scopes and all that the broad ones among them include; broad names stay in.

    Says nothing about levels: an owner of a lower level gets less out of a broad scope.
    """
    names = frozenset(scopes)
    return names.union(*(INCLUDES[name] for name in names & INCLUDES.keys()))
