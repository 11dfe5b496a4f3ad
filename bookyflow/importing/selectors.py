from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from bookyflow.accounts.models import User
from bookyflow.properties.models import ManagerAccess, Property
from bookyflow.rooms.models import Room
from bookyflow.tariffs.models import DailyRate, TariffType


@dataclass(frozen=True)
class Imported:
    """A property that came from a listing, and what the listing said last.

    `priced_to` is the last night that the listing's own tariff type prices. `takes_first_price`
    says whether the property has a room, and no tariff of anybody's.
    """

    property_id: int
    is_deleted: bool
    is_managed: bool
    currency: str
    time_zone: str
    facts: dict[str, Any]
    tariff_type_id: int | None
    priced_to: date | None
    takes_first_price: bool


def imported_by_source_id(
    *, source: str, source_ids: Collection[str], manager: User
) -> dict[str, Imported]:
    """What was imported from a source before, by its ids there; one query."""
    found: QuerySet[Property] = Property.objects.filter(source=source, source_id__in=source_ids)
    rates = DailyRate.objects.filter(tariff_type=OuterRef("imported__tariff_type"))
    mine = ManagerAccess.objects.filter(property=OuterRef("pk"), user=manager)
    rows = found.annotate(
        is_managed=Exists(mine),
        currency=F("settings__currency"),
        time_zone=F("settings__time_zone"),
        facts=F("imported__facts"),
        tariff_type_id=F("imported__tariff_type"),
        priced_to=Subquery(rates.order_by("-date").values("date")[:1]),
        has_room=Exists(Room.objects.filter(property=OuterRef("pk"))),
        has_tariff=Exists(TariffType.objects.filter(property=OuterRef("pk"))),
    ).values()
    return {
        row["source_id"]: Imported(
            property_id=row["id"],
            is_deleted=row["deleted_at"] is not None,
            is_managed=row["is_managed"] or manager.is_super_manager,
            currency=row["currency"],
            time_zone=row["time_zone"],
            facts=row["facts"] or {},
            tariff_type_id=row["tariff_type_id"],
            priced_to=row["priced_to"],
            takes_first_price=row["has_room"] and not row["has_tariff"],
        )
        for row in rows
    }
