from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """Who is doing something, as ids; recorded with every event and every step of a booking.

    `proxied_by` is the user whose key acted when the call was made for somebody else.
    """

    user_id: int | None = None
    key_id: int | None = None
    channel_id: int | None = None
    proxied_by: int | None = None
    is_test: bool = False


SYSTEM = Actor()
