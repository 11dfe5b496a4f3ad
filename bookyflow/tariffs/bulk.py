"""Prices of many properties at once: the rules of services.py, one statement per table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from bookyflow.core.acting import Actor
from bookyflow.core.database import connection
from bookyflow.core.errors import DomainError
from bookyflow.core.money import amounts_check
from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft, record_many
from bookyflow.properties.locking import properties_lock
from bookyflow.properties.models import Property
from bookyflow.rooms.models import Room
from bookyflow.tariffs import sql
from bookyflow.tariffs.models import TariffType
from bookyflow.tariffs.selectors import years_from
from bookyflow.tariffs.services import LONGEST_FIRST, check_first_prices, new_tariff_types


@dataclass(frozen=True)
class FirstPrice:
    """The one price that a property begins with, for at most so many adults and nights."""

    price: Decimal
    max_people: int
    max_stay: int = LONGEST_FIRST


@dataclass(frozen=True)
class StandardRate:
    """What a night costs, and the shortest stay, wherever nothing else was set for a night.

    The former values tell the nights that still have them from those set by hand; None means
    that there was no price.
    """

    tariff_type_id: int
    property_id: int
    price: Decimal
    former_price: Decimal | None
    min_stay: int
    former_min_stay: int


@transaction.atomic
def first_prices_set(
    *, wanted: Mapping[int, FirstPrice], years: int, by: Actor
) -> dict[int, list[int]]:
    """Give properties, by id, their first prices as `base_price_set` does; all or none.

    From today (the property's own) to the same day `years` later, both included. Returns the ids
    of the tariff types by property id. One event per property. Raises as `base_price_set`.
    """
    locked = _lock(wanted)
    with_tariffs = set(
        TariffType.objects.filter(property__in=locked, deleted_at=None).values_list(
            "property", flat=True
        )
    )
    room_types: dict[int, set[int]] = defaultdict(set)
    for pk, room_type in Room.objects.filter(property__in=locked).values_list(
        "property", "room_type"
    ):
        room_types[pk].add(room_type)
    new: list[TariffType] = []
    for pk, first in wanted.items():
        amounts_check({"price": first.price}, locked[pk].settings.currency)
        check_first_prices(has_tariffs=pk in with_tariffs, room_types=room_types[pk])
        new += new_tariff_types(
            locked[pk],
            room_types=sorted(room_types[pk]),
            max_people=first.max_people,
            max_stay=first.max_stay,
        )
    added: dict[int, list[int]] = {pk: [] for pk in wanted}
    for tariff_type in TariffType.objects.bulk_create(new):
        added[tariff_type.property_id].append(tariff_type.pk)
    rates = [
        StandardRate(
            tariff_type_id=tariff_type,
            property_id=pk,
            price=wanted[pk].price,
            former_price=None,
            min_stay=locked[pk].settings.minimum_interval,
            former_min_stay=locked[pk].settings.minimum_interval,
        )
        for pk, ids in added.items()
        for tariff_type in ids
    ]
    _write(sql.FILL_NIGHTS, rates, locked, years)
    _record(added, by)
    return added


@transaction.atomic
def standard_rates_change(*, changes: Sequence[StandardRate], years: int, by: Actor) -> None:
    """Change the price and minimum stay of coming nights that still have the former ones.

    Nights up to `years` from today that have no rate yet get one. Nights that were priced by hand
    keep what they have. One event per property.
    """
    locked = _lock({one.property_id for one in changes})
    for one in changes:
        amounts_check({"price": one.price}, locked[one.property_id].settings.currency)
    for statement in (sql.CHANGE_NIGHTS, sql.FILL_NIGHTS, sql.CHANGE_TARIFF_TYPES):
        _write(statement, changes, locked, years)
    ids: dict[int, list[int]] = defaultdict(list)
    for one in changes:
        ids[one.property_id].append(one.tariff_type_id)
    _record(ids, by)


def _lock(property_ids: Mapping[int, FirstPrice] | set[int]) -> dict[int, Property]:
    locked = properties_lock(Property.objects.filter(pk__in=property_ids, deleted_at=None))
    if locked.keys() != set(property_ids):
        raise DomainError("property_not_found")
    return locked


def _write(
    statement: str, rates: Sequence[StandardRate], locked: Mapping[int, Property], years: int
) -> None:
    first: dict[int, date] = {pk: prop.settings.today() for pk, prop in locked.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "tariff_types": [one.tariff_type_id for one in rates],
                "property_ids": [one.property_id for one in rates],
                "firsts": [first[one.property_id] for one in rates],
                "lasts": [years_from(first[one.property_id], years) for one in rates],
                "prices": [one.price for one in rates],
                "former_prices": [one.former_price for one in rates],
                "min_stays": [one.min_stay for one in rates],
                "former_min_stays": [one.former_min_stay for one in rates],
            },
        )


def _record(tariff_types: Mapping[int, list[int]], by: Actor) -> None:
    record_many(
        [
            EventDraft(
                EventKind.TARIFFS_UPDATED, pk, ("property", pk), {"tariff_type_ids": sorted(ids)}
            )
            for pk, ids in tariff_types.items()
        ],
        by=by,
    )
