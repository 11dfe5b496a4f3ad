"""What each write service does once, for the contract of the events.

A case is a generator of one argument, the World. It prepares what it needs, then yields calls
without arguments: the first one changes something and records the kinds of events that the case
names, all others change nothing, because they are refused or because all is so already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bookyflow.accounts.models import User
from bookyflow.channels.models import Channel
from bookyflow.core.acting import Actor
from bookyflow.properties.models import Property

Call = Callable[[], Any]


@dataclass(frozen=True)
class World:
    """A hotel with three rooms and no prices, its manager, somebody else, and a channel."""

    hotel: Property
    manager: User
    stranger: User
    channel: Channel
    by: Actor


@dataclass(frozen=True)
class Case:
    """One service, what it records when it changes something, and how to have it do so."""

    service: Callable[..., Any]
    kinds: tuple[str, ...]
    calls: Callable[[World], Iterator[Call]]

    @property
    def name(self) -> str:
        """The service's dotted name."""
        return name_of(self.service)


CASES: list[Case] = []


def write(service: Callable[..., Any], *kinds: str) -> Callable[..., None]:
    """Put a case into the table: a call of the service records events of these kinds, in order."""

    def add(calls: Callable[[World], Iterator[Call]]) -> None:
        CASES.append(Case(service, kinds, calls))

    return add


def name_of(service: Callable[..., Any]) -> str:
    """The dotted name of a service."""
    return f"{service.__module__}.{service.__name__}"
