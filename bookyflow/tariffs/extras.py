"""Extras: what a guest may, or must, buy beside the rooms."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from bookyflow.core.acting import Actor
from bookyflow.core.changes import fields_set
from bookyflow.core.errors import DomainError
from bookyflow.core.money import amounts_check
from bookyflow.core.percent import PERCENTAGE, is_percentage
from bookyflow.core.prepared import attach, columns, instance, selected
from bookyflow.core.together import Read
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.pricing.inputs import ExtraModel
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.rooms.services import check_types
from bookyflow.tariffs import sql
from bookyflow.tariffs.models import Extra, TaxRate

T = TypeVar("T")

MOST_OF_ONE = 1000
FIELDS = (
    "name",
    "description",
    "price",
    "tax_rate_id",
    "model",
    "minimum",
    "max_quantity",
    "auto_select",
    "forced",
    "counts_children",
    "is_published",
    "include_in_property_lists",
    "valid_from",
    "valid_to",
    "room_type_id",
)


def extra_list(*, prop: Property) -> QuerySet[Extra]:
    """A property's extras that were not deleted, by id, with their tax rates."""
    return Extra.objects.filter(property=prop, deleted_at=None).select_related("tax_rate")


@transaction.atomic
def extra_save(
    *, property_id: int, by: Actor, extra_id: int | None = None, **values: object
) -> Extra:
    """Add an extra, or change what is given of one; `values` are named in FIELDS.

    A new one needs a name and a price. One event, unless nothing changed. Raises DomainError
    `extra_not_found`, `room_type_incorrect`, `validation_failed` for values that do not go
    together and a rate of tax that there is not, and ValidationError for one at fault.
    """
    locked = property_lock(property_id)
    extra = Extra(property=locked) if extra_id is None else _own(locked, extra_id)
    if extra_id is None:
        values = {"name": "", "price": None} | values
    _check_named(locked, values)
    changed = fields_set(extra, values, allowed=FIELDS)
    _check(extra)
    if extra.model != ExtraModel.PERCENTAGE and {"price", "model"} & set(changed):
        amounts_check({"price": extra.price}, locked.settings.currency)
    if extra_id is not None and not changed:
        return extra
    if extra_id is not None:
        extra.version += 1
    extra.save()
    record(EventKind.EXTRA_SAVED, by=by, property_id=property_id, subject=("extra", extra.pk))
    return extra


@transaction.atomic
def extra_delete(*, property_id: int, extra_id: int, by: Actor) -> None:
    """Stop offering an extra for good; bookings keep theirs. Raises `extra_not_found`."""
    extra = _own(property_lock(property_id), extra_id)
    extra.deleted_at = timezone.now()
    extra.version += 1
    extra.save(update_fields=["deleted_at", "version"])
    record(EventKind.EXTRA_DELETED, by=by, property_id=property_id, subject=("extra", extra.pk))


def extras_offered(*, prop: Property, arrival: date, room_type_ids: Collection[int]) -> list[Extra]:
    """The extras of a stay with rooms of these types, by id, with their tax rates (R-EX-3).

    Published, the arrival within their dates, and for one of the room types or for any; one query.
    """
    return _offered([prop.pk], arrival, list(room_type_ids), _extras).now()


def extras_offered_of_each(
    *, property_ids: Collection[int], arrival: date
) -> Read[dict[int, list[Extra]]]:
    """What `extras_offered` tells for rooms of any type, of properties by id."""

    def make(rows: list[Any]) -> dict[int, list[Extra]]:
        found: dict[int, list[Extra]] = {property_id: [] for property_id in property_ids}
        for extra in _extras(rows):
            found[extra.property_id].append(extra)
        return found

    return _offered(list(property_ids), arrival, None, make)


def _offered(
    property_ids: list[int],
    arrival: date,
    room_type_ids: list[int] | None,
    make: Callable[[list[Any]], T],
) -> Read[T]:
    wanted = {"property_ids": property_ids, "arrival": arrival, "room_types": room_type_ids}
    own = columns(Extra)
    days = own.index("valid_from"), own.index("valid_to")
    return Read(_extras_offered(), wanted, make, len(own) + len(columns(TaxRate)), days)


def _extras(rows: Iterable[Any]) -> list[Extra]:
    own = len(columns(Extra))
    found = []
    for row in rows:
        extra = instance(Extra, row[:own])
        attach(extra, "tax_rate", None if row[own] is None else instance(TaxRate, row[own:]))
        found.append(extra)
    return found


@cache
def _extras_offered() -> str:
    return sql.EXTRAS_OFFERED.format(
        extra=selected(Extra, "extra"), tax_rate=selected(TaxRate, "tax_rate")
    )


def extras_chosen(
    *,
    prop: Property,
    arrival: date,
    room_type_ids: Collection[int],
    wanted: Mapping[int, int],
    by_staff: bool,
    among: Iterable[Extra] | None = None,
) -> list[tuple[Extra, int]]:
    """The extras of a booking with their quantities, by id; `wanted` is quantities by extra id.

    A guest gets forced extras once where they are not named; staff gets what it names, so that
    leaving a forced one out, or at 0, removes it. A quantity of 0 is no choice. One query, or none
    where `among` has what is offered for the arrival with rooms of any type. Raises
    DomainError `extra_not_available` for an extra that is not offered (R-EX-3), and for a quantity
    outside 1 to its largest (R-EX-4); `fields` names each by its id.
    """
    if among is None:
        among = extras_offered(prop=prop, arrival=arrival, room_type_ids=room_type_ids)
    offered = {
        extra.pk: extra
        for extra in among
        if extra.room_type_id is None or extra.room_type_id in room_type_ids
    }
    problems = {
        str(pk): [problem]
        for pk, quantity in wanted.items()
        if (problem := _problem(offered.get(pk), quantity))
    }
    if problems:
        detail = next(iter(problems.values()))[0]
        raise DomainError("extra_not_available", detail, fields=problems)
    chosen = []
    for pk, extra in sorted(offered.items()):
        quantity = wanted.get(pk, 0)
        if extra.forced and not by_staff:
            quantity = max(quantity, 1)
        if quantity:
            chosen.append((extra, quantity))
    return chosen


def _problem(extra: Extra | None, quantity: int) -> str:
    if quantity == 0:
        return ""
    if extra is None:
        return gettext("It is not offered for this stay.")
    if not 1 <= quantity <= extra.max_quantity:
        told = gettext("%(name)s: from 1 to %(most)s.")
        return told % {"name": extra.name, "most": extra.max_quantity}
    return ""


def _own(prop: Property, extra_id: int) -> Extra:
    extra = extra_list(prop=prop).filter(pk=extra_id).first()
    if extra is None:
        raise DomainError("extra_not_found")
    return extra


def _check_named(prop: Property, values: Mapping[str, object]) -> None:
    """Refuse a room type or a rate of tax that there is not."""
    room_type_id, tax_rate_id = values.get("room_type_id"), values.get("tax_rate_id")
    if isinstance(room_type_id, int):
        check_types(prop, {room_type_id}, field="limited_to_room_type")
    if tax_rate_id is not None and not TaxRate.objects.filter(Q(pk=tax_rate_id)).exists():
        problem = "There is no such tax rate."
        raise DomainError("validation_failed", fields={"tax_rate": [problem]})


def _check(extra: Extra) -> None:
    problems = {}
    if extra.model == ExtraModel.PERCENTAGE and not is_percentage(extra.price):
        problems["price"] = [PERCENTAGE]
    elif extra.price < 0:
        problems["price"] = ["Not below 0."]
    if not 1 <= extra.max_quantity <= MOST_OF_ONE:
        problems["maxquantity"] = [f"From 1 to {MOST_OF_ONE}."]
    if extra.valid_from and extra.valid_to and extra.valid_to < extra.valid_from:
        problems["validto"] = ["It is before validfrom."]
    if problems:
        raise DomainError("validation_failed", fields=problems)
