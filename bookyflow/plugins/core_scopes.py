"""The scopes to which BookyFlow itself gives a meaning, and the access level that each needs.

The table is fixed. Key pairs hold these names, and broad scopes include them, before the features
that declare them are built: whoever came first with one could open what it stands for to anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

REGISTERED, RECEPTIONIST, MANAGER, SUPER_MANAGER = 1, 50, 70, 90

LEVELS: Mapping[str, int] = MappingProxyType(
    {
        "bookings_get": RECEPTIONIST,
        "content_get": RECEPTIONIST,
        "guests_get": RECEPTIONIST,
        "invoices_get": RECEPTIONIST,
        "statistics_get": RECEPTIONIST,
        "tariffs_get": RECEPTIONIST,
        "bookings_set": RECEPTIONIST,
        "desk_set": RECEPTIONIST,
        "guests_set": RECEPTIONIST,
        "content_set": MANAGER,
        "invoices_set": MANAGER,
        "tariffs_set": MANAGER,
        "channel_management": MANAGER,
        "ical_get": MANAGER,
        "ical_set": MANAGER,
        "webhooks_get": MANAGER,
        "webhooks_set": MANAGER,
        "cmf_admin": SUPER_MANAGER,
        "echo_get": REGISTERED,
        "email_get": REGISTERED,
        "favourites_get": REGISTERED,
        "favourites_set": REGISTERED,
        "messaging": REGISTERED,
    }
)
