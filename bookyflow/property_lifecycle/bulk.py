"""Publishing many properties at once: the rules of publication.py, one statement per table."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from bookyflow.accounts.site import site_settings
from bookyflow.core.acting import Actor
from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft, record_many
from bookyflow.properties.locking import properties_lock
from bookyflow.properties.models import Property
from bookyflow.property_lifecycle.publication import readiness


@transaction.atomic
def properties_publish(*, property_ids: Iterable[int], by: Actor) -> list[int]:
    """Publish those of the properties that `property_publish` would; returns their ids.

    Others stay as they are: published already, not approved, not complete, or left by suspended
    managers.
    """
    site = site_settings()
    locked = _lock(property_ids, is_published=False, is_approved=True)
    ready = {
        pk
        for pk, found in readiness(locked).items()
        if not found.is_unmanaged and not found.required(site)
    }
    completed = [pk for pk in locked if pk in ready and not locked[pk].is_complete]
    published = [pk for pk in locked if pk in ready]
    _set(published, is_published=True, is_complete=True, hidden_by_suspension=False)
    _record(EventKind.PROPERTY_COMPLETED, completed, by)
    _record(EventKind.PROPERTY_PUBLISHED, published, by)
    return published


@transaction.atomic
def properties_unpublish(*, property_ids: Iterable[int], by: Actor) -> list[int]:
    """Take properties from the visitors' sight; their bookings stay. Returns which were seen."""
    locked = _lock(property_ids, is_published=True)
    _set(locked, is_published=False)
    _record(EventKind.PROPERTY_UNPUBLISHED, locked, by)
    return list(locked)


def _lock(property_ids: Iterable[int], **state: bool) -> dict[int, Property]:
    found = Property.objects.filter(pk__in=list(property_ids), deleted_at=None, **state)
    return properties_lock(found)


def _set(property_ids: Iterable[int], **flags: bool) -> None:
    Property.objects.filter(pk__in=list(property_ids)).update(
        **flags, version=F("version") + 1, changed_at=timezone.now()
    )


def _record(kind: EventKind, property_ids: Iterable[int], by: Actor) -> None:
    record_many([EventDraft(kind, pk, ("property", pk)) for pk in property_ids], by=by)
