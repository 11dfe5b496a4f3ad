from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """Who acts: somebody without an account, an account, or the installation itself."""

    VISITOR = "visitor"
    USER = "user"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Who is doing something, as ids; recorded with every event and every step of a booking.

    A user has an id; somebody without an account is VISITOR, the installation is SYSTEM, and
    neither has a key or a channel. `proxied_by` is the user whose key acted when the call was made
    for somebody else. Raises ValueError for an actor that there cannot be, such as `Actor()`.
    """

    user_id: int | None = None
    key_id: int | None = None
    channel_id: int | None = None
    proxied_by: int | None = None
    is_test: bool = False
    kind: ActorKind = ActorKind.USER

    def __post_init__(self) -> None:
        """Refuse a user who is nobody, and the ids of a user with anybody else."""
        ids = (self.user_id, self.key_id, self.channel_id, self.proxied_by)
        if self.kind == ActorKind.USER:
            if self.user_id is None:
                raise ValueError("A user has an id: nobody is VISITOR, the installation SYSTEM.")
        elif any(one is not None for one in ids):
            raise ValueError(f"A {self.kind} has no account, key or channel.")


VISITOR = Actor(kind=ActorKind.VISITOR)
SYSTEM = Actor(kind=ActorKind.SYSTEM)
