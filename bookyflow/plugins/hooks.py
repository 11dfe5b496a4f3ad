"""The settings and event kinds that a manifest declares. Pure: no Django, no feature code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bookyflow.plugins.fields import ManifestError, choice, mapping, optional_text, text

FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{1,40}")
EVENT_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")  # as long as the log's column
KINDS = {"text": str, "number": int, "switch": bool}
EVENT_TYPES = ("integer", "string", "boolean")
# What every message has already; a kind adds to it and replaces none.
TAKEN = {"property_uid", "manager_id", "task", "object", "is_test", "link"}
LONGEST = 500  # characters of a setting
LARGEST = 2**31 - 1


@dataclass(frozen=True)
class Setting:
    """Something about a feature that an administrator decides, for the whole site.

    `kind` is `text`, `number` or `switch`; `default` counts until something else is saved.
    """

    name: str
    kind: str
    label: str
    help: str
    default: str | int | bool

    def accepts(self, value: Any) -> bool:
        """Whether a value is of the kind, and no longer or larger than it may be."""
        fits = type(value) is KINDS[self.kind]  # true is no number
        if not fits:
            return False
        if isinstance(value, str):
            return len(value) <= LONGEST and value.isprintable()
        return bool(0 <= value <= LARGEST)


@dataclass(frozen=True)
class EventField:
    """What a message of an event tells: a name of the wire, a JSON type and what it means."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class FeatureEvent:
    """A kind of event that a feature adds to the log; it is about a property.

    `name` begins with that of the feature; `label` is the sentence that people read.
    """

    name: str
    label: str
    fields: tuple[EventField, ...]


def read_settings(facts: Any) -> tuple[Setting, ...]:
    """The settings of a manifest, in their order. Raises ManifestError."""
    facts = mapping(facts, "settings")
    return tuple(_setting(name, about) for name, about in facts.items())


def _setting(name: str, facts: Any) -> Setting:
    where = f"settings.{name}"
    if not FIELD_NAME.fullmatch(name):
        raise ManifestError(f"settings: {name!r} does not match {FIELD_NAME.pattern}")
    facts = mapping(facts, where, known={"kind", "label", "help", "default"})
    setting = Setting(
        name=name,
        kind=choice(facts, "kind", tuple(KINDS), where),
        label=text(facts, "label", where=where),
        help=optional_text(facts, "help", where=where),
        default=facts.get("default", ""),
    )
    if not setting.accepts(setting.default):
        raise ManifestError(f"{where}.default: must be a {setting.kind}")
    return setting


def read_events(facts: Any, *, feature: str) -> tuple[FeatureEvent, ...]:
    """The kinds of event of a manifest, by name. Raises ManifestError."""
    facts = mapping(facts, "events")
    return tuple(_event(name, about, feature) for name, about in sorted(facts.items()))


def _event(name: str, facts: Any, feature: str) -> FeatureEvent:
    where = f"events.{name}"
    if not EVENT_NAME.fullmatch(name) or not name.startswith(f"{feature}_"):
        raise ManifestError(f"events: {name!r} must begin with {feature}_ and have 40 characters")
    facts = mapping(facts, where, known={"label", "fields"})
    fields = mapping(facts.get("fields", {}), f"{where}.fields")
    return FeatureEvent(
        name=name,
        label=text(facts, "label", where=where),
        fields=tuple(_event_field(one, about, where) for one, about in fields.items()),
    )


def _event_field(name: str, facts: Any, event: str) -> EventField:
    where = f"{event}.fields.{name}"
    if not FIELD_NAME.fullmatch(name) or name in TAKEN:
        raise ManifestError(f"{event}.fields: {name!r} cannot be the name of a field")
    facts = mapping(facts, where, known={"type", "description"})
    return EventField(
        name, choice(facts, "type", EVENT_TYPES, where), text(facts, "description", where=where)
    )
