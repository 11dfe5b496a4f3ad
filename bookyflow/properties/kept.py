"""Properties as this process has read them last, each for as long as its rows are the same ones.

A property and its settings have 150 columns, nearly every call needs them, and they change rarely.
What is kept here is never old: the statement that lets a call in also reads which versions of the
rows are there now, and what was kept of other ones is not used.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from bookyflow.core.errors import DomainError
from bookyflow.core.prepared import Row, columns, first_row, instance, selected
from bookyflow.properties import sql
from bookyflow.properties.models import Property, PropertySettings, PropertyType

MOST = 500  # properties, of some 10 kB each


@dataclass(frozen=True)
class Version:
    """Which rows a property, its settings and its type have, as `sql.VERSION` reads them.

    `rows` has where each row lies and which transaction wrote it: each change is another row.
    `server` is when the server was started: one that was set back counts its transactions anew.
    """

    rows: str
    server: datetime


_kept: dict[int, tuple[Version, Row]] = {}
_changing = threading.Lock()


def property_kept(*, property_id: int, version: Version | None = None) -> Property:
    """A property with its settings and its type: as kept, where that is this version of it.

    Else in one query, as it is now; always so where no version is given. The object is the caller's
    own. Raises DomainError `property_not_found`, also for one that is deleted.
    """
    kept = _kept.get(property_id)
    if kept is not None and kept[0] == version:
        return _property(kept[1])
    found = first_row(_statement(), {"property_id": property_id})
    if found is None:
        raise DomainError("property_not_found")
    rows, *values = found
    if version is not None and rows == version.rows:
        _keep(property_id, version, tuple(values))
    return _property(values)


def _keep(property_id: int, version: Version, row: Row) -> None:
    with _changing:
        _kept.pop(property_id, None)
        _kept[property_id] = version, row
        if len(_kept) > MOST:
            del _kept[next(iter(_kept))]  # the one that was read first


def _property(row: list[object] | Row) -> Property:
    own = len(columns(Property))
    end = own + len(columns(PropertySettings))
    prop = instance(Property, row[:own])
    prop.settings = instance(PropertySettings, row[own:end])
    prop.property_type = instance(PropertyType, row[end:])
    return prop


@cache
def _statement() -> str:
    names = (
        selected(Property, "prop"),
        selected(PropertySettings, "how"),
        selected(PropertyType, "kind"),
    )
    return sql.PROPERTY.format(version=sql.VERSION, columns=", ".join(names))
