"""What an endpoint promises, and what those who keep its promises know of a request.

Everything else in the kit stands on this: it imports nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from rest_framework.request import Request
from rest_framework.serializers import Serializer

from bookyflow.core.acting import Actor

JSON = "application/json"
PUBLIC = "public"  # the scope of an endpoint that anybody may call
SAFE = frozenset({"GET", "HEAD"})
REPLAYED = "Idempotency-Replayed"  # a header: the answer is that of an earlier call


@dataclass(frozen=True)
class Example:
    """What the file of an endpoint shows; None where it shows nothing.

    `request` is a body, `answer` what lies under the endpoint's key, `parameters` are values of
    path and query by name.
    """

    file: Path
    request: Any = None
    answer: Any = None
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Endpoint:
    """The contract of one action. `output` makes what lies under "data", where `media` is JSON."""

    name: str  # operation id: <feature>.<action>
    scope: str
    key: str
    output: Callable[[Any, Mapping[str, Any]], Any]
    envelope: type[Serializer[Any]]
    body: type[Serializer[Any]] | None
    segments: type[Serializer[Any]] | None  # the values are in the path, by these names
    query: type[Serializer[Any]] | None
    body_limit: int  # bytes
    raises: tuple[str, ...]
    channel: bool
    proxy: bool
    booking_token: bool
    session: str  # which headers of a booking session are read: "", "id", "begins", "token"
    uses_quote: bool
    has_effect: bool
    heeds_token: bool
    prop: str | None
    status: int
    secret: bool
    deprecated: bool
    successor: str
    paged: bool
    linked: bool
    waits: bool
    replica: bool  # a server that is a moment behind may answer
    versioned: str | None
    commits_each: bool
    media: str  # of a success
    example: Example = field(hash=False)

    @property
    def is_public(self) -> bool:
        """Whether anybody may call it."""
        return self.scope == PUBLIC

    @property
    def input(self) -> type[Serializer[Any]] | None:
        """What checks the values that are sent, be it in the body or in the path."""
        return self.body or self.segments


class EndpointView(Protocol):
    """A request on its way through an endpoint."""

    request: Request
    kwargs: dict[str, Any]  # the parameters of the path
    steps: Any  # the transactions of an action that commits item by item
    entered: Any  # the rights of the token, also when something is refused

    @property
    def endpoint(self) -> Endpoint:
        """The contract of the action."""

    @property
    def endpoint_if_any(self) -> Endpoint | None:
        """The contract, or None where the path has no action for the method."""

    @property
    def feature(self) -> str:
        """The name of the feature whose route this is."""

    @property
    def actor(self) -> Actor:
        """Who acts."""

    @property
    def given(self) -> Any:
        """What the body, or the path in its place, says, parsed and unchecked."""

    @property
    def sent(self) -> Mapping[str, Any]:
        """The body, as far as it has been read."""

    @property
    def property_in_path(self) -> int | None:
        """The property that the path names."""

    @property
    def property_uid(self) -> int:
        """The id of the property that the path or body names."""

    def forget(self) -> None:
        """Drop what was read, before the action runs a second time."""
