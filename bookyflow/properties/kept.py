"""Properties as this process has read them last, each for as long as its rows are the same ones.

A property and its settings have 150 columns, nearly every call needs them, and they change rarely.
What is kept here is never old: the statement that lets a call in, or a short one, reads which
versions of the rows are there now, and what was kept of other ones is not used.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from bookyflow.core.errors import DomainError
from bookyflow.core.prepared import Row, attach, columns, duplicate, first_row, instance, selected
from bookyflow.properties import sql
from bookyflow.properties.models import Property, PropertySettings, PropertyType

MOST = 500  # properties, of some 10 kB each


@dataclass(frozen=True)
class Version:
    """Which rows a property, its settings and its type have, as `sql.VERSION` reads them.

    `rows` has where each row lies and which transaction wrote it: each change is another row.
    `server` is when the server was started, in seconds: one that was set back counts its
    transactions anew.
    """

    rows: str
    server: float


_kept: dict[int, tuple[Version, Property]] = {}
_changing = threading.Lock()


def property_kept(*, property_id: int, version: Version | None = None) -> Property:
    """A property with its settings and its type: as kept, where that is this version of it.

    Where no version is given, what is kept counts as long as it is the version of now, which takes
    a query. Else it is read as it is now, in one query. The object is the caller's own. Raises
    DomainError `property_not_found`, also for one that is deleted.
    """
    kept = _kept.get(property_id)
    if kept is not None and kept[0] == (version or _version_now(property_id)):
        return _copy(kept[1])
    return _read(property_id, version)


def property_now(*, property_id: int) -> Property:
    """The same as it is now, for who has changed it: read in one query, and kept from then on.

    Raises as `property_kept`.
    """
    return _read(property_id, None)


def is_kept(property_id: int) -> bool:
    """Whether some version of a property is kept."""
    return property_id in _kept


def property_of(row: Row) -> Property:
    """The property of a row of `columns_kept`, which is kept from then on."""
    rows, server, *values = row
    prop = _property(values)
    _keep(prop.pk, Version(rows, server), prop)
    return _copy(prop)


def _read(property_id: int, version: Version | None) -> Property:
    row = _found(_whole(), property_id)
    if version is not None and row[0] != version.rows:  # a replica that is behind, or it is newer
        return _property(row[2:])
    return property_of(row)


def _version_now(property_id: int) -> Version:
    return Version(*_found(_VERSION_NOW, property_id))


def _found(statement: str, property_id: int) -> Row:
    found = first_row(statement, {"property_id": property_id})
    if found is None:
        raise DomainError("property_not_found")
    return found


def _keep(property_id: int, version: Version, prop: Property) -> None:
    with _changing:
        _kept.pop(property_id, None)
        _kept[property_id] = version, prop
        if len(_kept) > MOST:
            del _kept[next(iter(_kept))]  # the one that was read first


def _copy(prop: Property) -> Property:
    """The caller's own: what was kept is not to be changed by anybody."""
    copied = duplicate(prop)
    attach(copied, "settings", duplicate(prop.settings))
    attach(copied, "property_type", duplicate(prop.property_type))
    return copied


def _property(row: Sequence[object]) -> Property:
    own = len(columns(Property))
    end = own + len(columns(PropertySettings))
    prop = instance(Property, row[:own])
    attach(prop, "settings", instance(PropertySettings, row[own:end]))
    attach(prop, "property_type", instance(PropertyType, row[end:]))
    return prop


@cache
def columns_kept() -> str:
    """What to SELECT of `prop`, `how` and `kind` for `property_of`: version and all columns."""
    names = (
        sql.VERSIONED,
        selected(Property, "prop"),
        selected(PropertySettings, "how"),
        selected(PropertyType, "kind"),
    )
    return ", ".join(names)


_VERSION_NOW = sql.PROPERTY.format(columns=sql.VERSIONED)


@cache
def _whole() -> str:
    return sql.PROPERTY.format(columns=columns_kept())
