"""Availability, rates and inventory of many properties, written in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import repeat
from typing import Any

from bookyflow.ari import sql
from bookyflow.ari.nights import Sheet
from bookyflow.ari.rows import AriResult, AriRow, Mode, Row, RowResult, refusal_of
from bookyflow.ari.targets import Place, Target, targets_of
from bookyflow.channels.locking import properties_locked
from bookyflow.core.acting import Actor
from bookyflow.core.database import array_text, with_the_call
from bookyflow.core.errors import DomainError
from bookyflow.core.prepared import all_rows, run
from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft, recording
from bookyflow.properties.models import Property
from bookyflow.properties.selectors import Reach

MOST_ROWS = 10_000  # in one call
MOST_NIGHTS = 100_000  # in one call, counted row by row and rate plan by rate plan


@with_the_call
def ari_write(
    *,
    rows: Sequence[Row],
    channel_id: int,
    reach: Reach,
    by: Actor,
    mode: Mode = Mode.OVERLAY,
    atomic: bool = False,
    most_nights: int | None = MOST_NIGHTS,
) -> AriResult:
    """Carry out rows in their order, each whole or not at all; those that differ in mode delta.

    Later rows meet what earlier ones did. What a row does not name stays, and so do nights that are
    over. A price makes a night of it where there is none, with the property's minimum stay; other
    values are kept for the time when it has one. What is removed is as if nobody had said it: no
    price, no longest stay, no limit, open, and the property's minimum stay. The number of
    statements is the same for any number of rows, and of more properties than a few, all of which
    are locked. For each property one event tells of rates, and one of room types, that are others
    by it.

    Row by row refused ones are among the results; with `atomic` any raises a DomainError, which has
    the reason of each under `results`. Raises DomainError `validation_failed` for more nights than
    `most_nights`.
    """
    places = _places(
        {one.property_id for one in rows if isinstance(one, AriRow)}, channel_id, reach
    )
    targets, refused = targets_of(rows, places, mode)
    if most_nights is not None and _nights(rows, targets) > most_nights:
        problem = f"At most {most_nights} nights in all; a job takes more."
        raise DomainError("validation_failed", problem, fields={"rows": [problem]})
    sheet = Sheet(rows, targets)
    refused |= sheet.refused
    every = range(len(rows))
    changes = map(sheet.changes.get, every, repeat(0))
    results = list(map(RowResult, every, changes, map(refused.get, every)))
    if atomic and refused:
        raise refusal_of(results)
    changes_write(sheet, places, by)
    if mode is Mode.DELTA:
        results = [one for one in results if one.changed or one.error]
    return AriResult(results, len(rows))


def _nights(rows: Sequence[Any], targets: Sequence[Target | None]) -> int:
    """How many nights rows look at, of each rate plan and of the room type."""
    return sum([row.length * to.width for row, to in zip(rows, targets, strict=True) if to])


def _places(wanted: set[int], channel_id: int, reach: Reach) -> dict[int, Place]:
    return places_of(properties_locked(reach=reach, channel_id=channel_id, wanted=wanted))


def places_of(properties: Mapping[int, Property]) -> dict[int, Place]:
    """What rows can name at properties, by id; one query."""
    plans: defaultdict[int, dict[int, int]] = defaultdict(dict)
    room_types: defaultdict[int, set[int]] = defaultdict(set)
    # After the lock: it sees what is committed now.
    for pk, tariff_type, room_type in all_rows(
        sql.PLACES, {"property_ids": array_text(properties)}
    ):
        if tariff_type is None:
            room_types[pk].add(room_type)
        else:
            plans[pk][tariff_type] = room_type
    return {pk: Place.of(prop, plans[pk], room_types[pk]) for pk, prop in properties.items()}


def changes_write(sheet: Sheet, places: Mapping[int, Place], by: Actor) -> None:
    """Write the nights that are others, count that for rate plans, and record it.

    Their properties are locked.
    """
    if sheet.rates.changed:
        with recording(_of_rates(sheet, places), by=by) as events:
            run(sql.WRITE_RATES, {**events, **sheet.rates_written})
    if sheet.limits.changed:
        with recording(_of_limits(sheet), by=by) as events:
            run(sql.WRITE_LIMITS, {**events, **sheet.limits_written})


def _of_rates(sheet: Sheet, places: Mapping[int, Place]) -> list[EventDraft]:
    plans = {plan for plan, _ in sheet.rates.changed}
    changed = {pk: sorted(plans & place.room_type_of.keys()) for pk, place in places.items()}
    return [
        EventDraft(EventKind.TARIFFS_UPDATED, pk, ("property", pk), {"tariff_type_ids": found})
        for pk, found in changed.items()
        if found
    ]


def _of_limits(sheet: Sheet) -> list[EventDraft]:
    changed: dict[int, list[tuple[int, date]]] = {pk: [] for pk, _ in sheet.limits.unset}
    for (pk, room_type), night in sheet.limits.changed:
        changed[pk].append((room_type, night))
    return [
        EventDraft(EventKind.AVAILABILITY_UPDATED, pk, ("property", pk), _told(found))
        for pk, found in changed.items()
        if found
    ]


def _told(changed: Iterable[tuple[int, date]]) -> dict[str, object]:
    nights = [night for _, night in changed]
    return {
        "room_type_ids": sorted({room_type for room_type, _ in changed}),
        "date_from": min(nights).isoformat(),
        "date_to": max(nights).isoformat(),
    }
