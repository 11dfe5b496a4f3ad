"""What nights may be booked under, apart from their prices."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction

from bookyflow.core.acting import Actor
from bookyflow.core.database import connection
from bookyflow.core.dates import ONE_DAY, days
from bookyflow.core.errors import DomainError
from bookyflow.tariffs import sql
from bookyflow.tariffs.limits import LONGEST_STAY
from bookyflow.tariffs.locking import tariff_types_lock
from bookyflow.tariffs.ranges import NightRange, spread
from bookyflow.tariffs.selectors import horizon
from bookyflow.tariffs.services import tariffs_changed

NO_LIMIT = 0  # as a longest stay


@dataclass(frozen=True)
class Restriction:
    """What is to change for a night; None leaves it as it is.

    `closed`: not for sale at any price. Stays are nights; a `max_stay` of NO_LIMIT takes the
    night's own limit away.
    """

    closed: bool | None = None
    closed_to_arrival: bool | None = None
    closed_to_departure: bool | None = None
    min_stay: int | None = None
    max_stay: int | None = None


UNCHANGED = Restriction()
RestrictionRange = NightRange[Restriction]


@transaction.atomic
def restrictions_set(
    *,
    property_id: int,
    ranges: Iterable[RestrictionRange],
    by: Actor,
    tariff_type_ids: Collection[int] | None = None,
) -> None:
    """Open and close nights, and limit stays, in tariff types of a property; None: in all.

    Ranges include their last night. Where they overlap the later one wins, field by field. Nights
    without a price are passed over. Raises DomainError `no_tariffs_yet`, `tariff_type_not_found`,
    and `validation_failed` for a range as `spread` does, for limits out of order in one range, and
    for a longest stay below the shortest that a night has.
    """
    locked, known = tariff_types_lock(property_id)
    chosen = known if tariff_type_ids is None else sorted(set(tariff_type_ids))
    if not set(chosen) <= set(known):
        raise DomainError("tariff_type_not_found")
    wanted = list(ranges)
    _check(wanted)
    by_night = _merged(wanted, horizon(locked.settings.today()))
    columns = list(by_night.values())
    parameters: dict[str, Any] = {
        "property_id": property_id,
        "tariff_types": chosen,
        "dates": list(by_night),
        "closed": [one.closed for one in columns],
        "closed_to_arrival": [one.closed_to_arrival for one in columns],
        "closed_to_departure": [one.closed_to_departure for one in columns],
        "min_stays": [one.min_stay for one in columns],
        "max_stays": [one.max_stay for one in columns],
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.WRITE_RESTRICTIONS, parameters)
        changed = cursor.rowcount
    if changed:
        tariffs_changed(prop=locked, tariff_types=chosen, by=by)


def _check(ranges: list[RestrictionRange]) -> None:
    problems = {}
    for number, one in enumerate(ranges):
        least, longest = one.value.min_stay, one.value.max_stay
        if least is not None and not 1 <= least <= LONGEST_STAY:
            problems[f"restrictions[{number}]"] = [f"min_stay: from 1 to {LONGEST_STAY} nights."]
        elif longest is not None and not NO_LIMIT <= longest <= LONGEST_STAY:
            problems[f"restrictions[{number}]"] = [f"max_stay: from 0 to {LONGEST_STAY} nights."]
        elif least and longest and longest < least:
            problems[f"restrictions[{number}]"] = ["max_stay is below min_stay."]
    if problems:
        raise DomainError("validation_failed", fields=problems)


def _merged(ranges: list[RestrictionRange], last_possible: date) -> dict[date, Restriction]:
    """What is to change by night: of each field, what the last range with a value says."""
    spread(ranges, field="restrictions", last_possible=last_possible)  # refuses what is impossible
    found: dict[date, Restriction] = {}
    for one in ranges:
        said = {name: value for name, value in asdict(one.value).items() if value is not None}
        for night in days(one.first, one.last + ONE_DAY):
            found[night] = replace(found.get(night, UNCHANGED), **said)
    return found
