"""What plug-ins, such as payment gateways, have to know of a property; secrets stay here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db import transaction

from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.texts import is_text
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.plugins import registry
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import PluginSetting

ACTIVE = "active"
HIDDEN = "********"  # in the place of what is not told
LONGEST_VALUE = 10_000
MOST_SETTINGS = 100  # of a plug-in
MOST_PLUGINS = 50  # of a property

_PLUGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
PAYMENTS = "payments"  # the feature by which guests pay in these ways
_WAYS_TO_PAY = frozenset({"manual", "stripe"})
_FLAGS = {"1": "1", "0": "0", "true": "1", "false": "0"}
_SAYS_SECRET = re.compile("secret|pass|key|token|pin|auth|sign|hash|salt|cred", re.IGNORECASE)
_email = EmailValidator()


@dataclass(frozen=True)
class PluginSettingsSaved:
    """What was new and what was changed, by name, as `value_shown` tells it."""

    inserted: dict[str, str] = field(default_factory=dict)
    updated: dict[str, str] = field(default_factory=dict)


def value_shown(name: str, value: str) -> str:
    """A value, where it can be no secret: a flag, an e-mail address, nothing; else HIDDEN.

    No plug-in says which of its settings are secret, so all that may be is kept.
    """
    if value == "" or value in _FLAGS:
        return value
    return value if not _SAYS_SECRET.search(name) and _is_email(value) else HIDDEN


def plugin_settings(*, property_id: int) -> dict[str, dict[str, str]]:
    """What is stored: plug-in → name → value as `value_shown` tells it; one query."""
    found: dict[str, dict[str, str]] = {}
    for row in PluginSetting.objects.filter(property=property_id):
        found.setdefault(row.plugin, {})[row.name] = value_shown(row.name, row.value)
    return found


def plugin_values(*, property_id: int, plugin: str) -> dict[str, str]:
    """The settings of one plug-in as they are, secrets and all, for the code that works with them.

    One query. Not to be shown to anybody.
    """
    rows = PluginSetting.objects.filter(property=property_id, plugin=plugin)
    return {row.name: row.value for row in rows}


def payment_methods(*, property_id: int) -> list[str]:
    """The plug-ins that a property has set active and that this site has switched on; two queries.

    By name. The ways to pay that BookyFlow knows itself are there with the feature `payments`.
    """
    rows = PluginSetting.objects.filter(property=property_id, name=ACTIVE)
    active = {row.plugin for row in rows if row.value == "1"}
    if not active:
        return []
    enabled = registry.enabled()
    return sorted(active & (enabled | (_WAYS_TO_PAY if PAYMENTS in enabled else frozenset())))


@transaction.atomic
def plugin_settings_save(
    *, property_id: int, plugin: str, values: Mapping[str, object], by: Actor
) -> PluginSettingsSaved:
    """Store settings of a plug-in: all that is named or nothing; others stay.

    Values are text, numbers or flags, and kept as text; HIDDEN leaves what there is. `active`, 1 or
    0, is needed with the first ones. One event, unless nothing changed. Raises DomainError
    `property_not_found` and `validation_failed` with the problems by name.
    """
    property_lock(property_id)
    there = {
        row.name: row.value
        for row in PluginSetting.objects.filter(property=property_id, plugin=plugin)
    }
    given = _checked(plugin, values, there)
    if not there and _plugin_count(property_id) >= MOST_PLUGINS:
        raise DomainError(
            "validation_failed", fields={"plugin": [f"At most {MOST_PLUGINS} of a property."]}
        )
    changed = {name: value for name, value in given.items() if there.get(name) != value}
    if not changed:
        return PluginSettingsSaved()
    _write(property_id, plugin, changed)
    record(
        EventKind.PLUGIN_SETTINGS_SAVED,
        by=by,
        property_id=property_id,
        subject=("property", property_id),
        plugin=plugin,
        names=sorted(changed),
    )
    return PluginSettingsSaved(
        inserted=_shown(changed, changed.keys() - there.keys()),
        updated=_shown(changed, changed.keys() & there.keys()),
    )


def _shown(values: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    return {name: value_shown(name, values[name]) for name in values if name in set(names)}


def _write(property_id: int, plugin: str, changed: Mapping[str, str]) -> None:
    PluginSetting.objects.bulk_create(
        [
            PluginSetting(property_id=property_id, plugin=plugin, name=name, value=value)
            for name, value in changed.items()
        ],
        update_conflicts=True,
        unique_fields=["property", "plugin", "name"],
        update_fields=["value"],
    )


def _plugin_count(property_id: int) -> int:
    found = PluginSetting.objects.filter(property=property_id).order_by()
    return found.values("plugin").distinct().count()


def _checked(plugin: str, values: Mapping[str, object], there: Mapping[str, str]) -> dict[str, str]:
    """The values as text. Raises `validation_failed`."""
    sent = {name: value for name, value in values.items() if value != HIDDEN or name not in there}
    found = {name: _as_text(name, value) for name, value in sent.items()}
    problems = {
        name: ["1 or 0 is needed." if name == ACTIVE else "A text or a number is needed."]
        for name, text in found.items()
        if text is None
    }
    if not _PLUGIN.fullmatch(plugin):
        problems["plugin"] = ["1 to 60 letters, digits, dots, hyphens and underscores."]
    if not all(map(_NAME.fullmatch, sent)):
        problems["values"] = ["Names are 1 to 100 letters, digits, dots, hyphens and underscores."]
    elif len(there.keys() | values.keys()) > MOST_SETTINGS:
        problems["values"] = [f"At most {MOST_SETTINGS} of a plug-in."]
    if not there and ACTIVE not in found:
        problems[ACTIVE] = ["1 or 0 is needed."]
    if problems:
        raise DomainError("validation_failed", fields=problems)
    return {name: text for name, text in found.items() if text is not None}


def _as_text(name: str, value: object) -> str | None:
    """A value as it is kept; None for what is none."""
    if isinstance(value, bool):
        return str(int(value))
    if not isinstance(value, str | int | float):
        return None
    text = str(value)
    if name == ACTIVE:
        return _FLAGS.get(text)
    return text if len(text) <= LONGEST_VALUE and is_text(text) else None


def _is_email(value: str) -> bool:
    try:
        _email(value)
    except ValidationError:
        return False
    return True
