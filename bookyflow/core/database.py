from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import connection


def array_text(values: Iterable[date | Decimal | int]) -> str:
    """A parameter that PostgreSQL reads as an array; for long ones, where it has a cast.

    Five times as fast as the driver's way with a list (measured), which looks at every value.
    """
    return f"{{{','.join(map(str, values))}}}"


def broken_connections_drop() -> None:
    """Test the idle connections of this process's pool and replace those that are broken.

    Called when one has turned out to be: after a restart of the database all of them are, and
    each would cost one more request. Testing every connection before every request would cost all
    requests a round trip.
    """
    if connection.settings_dict["OPTIONS"].get("pool"):
        connection.pool.check()  # type: ignore[attr-defined]  # of the PostgreSQL wrapper
