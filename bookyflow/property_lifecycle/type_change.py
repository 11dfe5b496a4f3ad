"""Another type for a property, and what of it does not outlast that."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from bookyflow.availability.models import Allotment
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft, record, record_many
from bookyflow.pictures.images import files_delete, names_of
from bookyflow.pictures.models import Image
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property, PropertyType
from bookyflow.properties.selectors import features_usable
from bookyflow.property_lifecycle.guests_to_come import refuse_guests_to_come
from bookyflow.property_lifecycle.publication import completeness_refresh, property_unpublish
from bookyflow.rooms.models import OccupancyLevel, Room
from bookyflow.tariffs.models import TariffType


@transaction.atomic
def property_type_change(
    *, prop: Property, property_type_id: int, confirmed: bool, by: Actor
) -> None:
    """Make a property one of another type, which ends its prices and removes its rooms.

    Features that are not for the new type go as well. Events tell of the rooms and prices, too.
    Settings stay. What lacks something then is unpublished. Raises `property_type_id_incorrect`,
    `property_has_bookings` where guests are still to come or hold rooms, and `confirmation_needed`
    unless `confirmed`, where there are rooms or prices.
    """
    locked = property_lock(prop.pk)
    new_type = PropertyType.objects.filter(pk=property_type_id).first()
    if new_type is None:
        raise DomainError(
            "property_type_id_incorrect", fields={"property_type_id": ["Unknown type."]}
        )
    if new_type.pk == locked.property_type_id:
        return
    refuse_guests_to_come(locked)
    if not confirmed and _has_something_to_lose(locked):
        raise DomainError(
            "confirmation_needed", "The property's rooms and prices would be deleted."
        )
    _clear(locked, by)
    locked.property_type = new_type
    locked.version += 1
    locked.save(update_fields=["property_type", "version", "changed_at"])
    locked.features.remove(*locked.features.exclude(pk__in=features_usable(prop=locked)))
    subject, names = ("property", locked.pk), ["property_type"]
    record(EventKind.PROPERTY_UPDATED, by=by, property_id=locked.pk, subject=subject, names=names)
    completeness_refresh(property_id=locked.pk, by=by)
    locked.refresh_from_db(fields=["is_complete"])
    if not locked.is_complete:
        property_unpublish(prop=locked, by=by)
    locked.refresh_from_db()
    prop.property_type = new_type
    for name in ("is_approved", "is_published", "is_complete", "version"):
        setattr(prop, name, getattr(locked, name))


def _has_something_to_lose(locked: Property) -> bool:
    prices = TariffType.objects.filter(property=locked, deleted_at=None)
    return prices.exists() or Room.objects.filter(property=locked).exists()


def _clear(locked: Property, by: Actor) -> None:
    """End what belongs to the old type; past bookings still reach their rooms and prices."""
    now = timezone.now()
    Allotment.objects.filter(property=locked).delete()
    OccupancyLevel.objects.filter(property=locked).delete()
    tariff_types = TariffType.objects.filter(property=locked, deleted_at=None)
    rooms = Room.objects.filter(property=locked)
    ended = {
        EventKind.ROOMS_MULTIPLE_DELETED: {"room_ids": _ids(rooms)},
        EventKind.TARIFFS_UPDATED: {"tariff_type_ids": _ids(tariff_types)},
    }
    subject = ("property", locked.pk)
    drafts = [
        EventDraft(kind, locked.pk, subject, data)
        for kind, data in ended.items()
        if any(data.values())
    ]
    record_many(drafts, by=by)
    tariff_types.update(deleted_at=now, version=F("version") + 1)
    rooms.update(deleted_at=now)
    pictures = Image.objects.filter(property=locked, kind=Image.Kind.ROOM)
    files = [name for image in pictures for name in names_of(image).values()]
    pictures.delete()
    transaction.on_commit(partial(files_delete, files))


def _ids(found: QuerySet[Any]) -> list[int]:
    return list(found.order_by("pk").values_list("pk", flat=True))
