"""Kinds of event beside BookyFlow's own: those that features declare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bookyflow.events.models import EventKind

GONE = "Something happened in a feature that is no longer there."


class AddedKind(str):
    """A kind of event that a feature adds; it is about a property.

    Used like an EventKind. `fields` are the JSON Schemas of what its messages tell, by name.
    """

    __slots__ = ("fields", "label")

    label: str
    fields: Mapping[str, Mapping[str, str]]

    def __new__(
        cls, name: str, label: str = GONE, fields: Mapping[str, Mapping[str, str]] | None = None
    ) -> AddedKind:
        """The kind of this name."""
        kind = super().__new__(cls, name)
        kind.label = label
        kind.fields = fields or {}
        return kind

    @property
    def value(self) -> str:
        """The name, as that of an EventKind."""
        return str(self)


AnyKind = EventKind | AddedKind
_added: dict[str, AddedKind] = {}


def kinds_add(kinds: Iterable[AddedKind]) -> None:
    """Make kinds known. Called when the apps are ready."""
    _added.update({kind.value: kind for kind in kinds})


def kind_of(name: str) -> AnyKind:
    """The kind of this name; one that tells nothing where its feature is gone."""
    if name in EventKind.values:
        return EventKind(name)
    return _added.get(name) or AddedKind(name)
