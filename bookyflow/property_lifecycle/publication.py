"""When visitors see a property: complete, approved, published."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from django.db import models, transaction

from bookyflow.accounts.models import SiteSettings
from bookyflow.accounts.selectors import acting_user, acts_as_super_manager
from bookyflow.accounts.site import site_settings
from bookyflow.core.acting import Actor
from bookyflow.core.database import connection
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import BookingModel, Property
from bookyflow.properties.services import approval_withdraw
from bookyflow.property_lifecycle import sql

MAIN_IMAGE, TIME_ZONE = "main_image", "time_zone"
BATCH = 1000

# What a property can lack → what to tell, in the order in which it is best put right.
LACKS = {
    "rooms": "No rooms have been entered yet.",
    "property_type": "The type of the property is not offered on this site.",
    "tariffs": "No prices have been entered yet.",
    "tours": "No tours have been entered yet.",
    "child_rates": "Prices are per person and children are welcome, but have no rates.",
    "occupancy_levels": "Children are welcome, but no room takes any.",
    MAIN_IMAGE: "No main picture has been uploaded yet.",
    "street": "There is neither a street nor a place on the map.",
    "town": "The town is missing.",
    "country": "The country is missing.",
    TIME_ZONE: "The time zone is not known: set it, or say where the property is.",
}
NO_APPROVAL = "The property has all it needs, and waits for its approval."
NOT_LET = {BookingModel.TOUR, BookingModel.REAL_ESTATE}  # neither rooms nor prices are needed


class PropertyStatus(models.IntegerChoices):
    """How far a property has come; the numbers are the interface's."""

    PUBLISHED = 1, "Published"
    NOT_PUBLISHED = 2, "Approved, not published"
    NOT_APPROVED = 3, "Complete, not approved"
    NEITHER = 4, "Incomplete and not approved"
    NOT_COMPLETE = 5, "Approved, not complete"


@dataclass(frozen=True)
class Readiness:
    """What a property lacks, as keys of LACKS in their order, and whether it is left alone.

    `is_unmanaged`: staff of it are suspended, and no manager is left.
    """

    missing: tuple[str, ...]
    is_unmanaged: bool

    def required(self, site: SiteSettings) -> list[str]:
        """What stands in the way of publishing; a main picture does on strict sites only."""
        return [key for key in self.missing if key != MAIN_IMAGE or site.unpublishes_incomplete]


@dataclass(frozen=True)
class Review:
    """What a look at a property came to: `warnings` are sentences for its staff."""

    is_complete: bool
    warnings: list[str]


def readiness(property_ids: Iterable[int]) -> dict[int, Readiness]:
    """What properties lack now, by id, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql.COMPLETENESS, {"property_ids": list(property_ids)})
        rows = cursor.fetchall()
    return {pk: _readiness(flag, *has) for pk, flag, *has in rows}


def completeness(prop: Property) -> list[str]:
    """What the property lacks now: keys of LACKS in their order; one statement."""
    return list(readiness([prop.pk])[prop.pk].missing)


def property_status(prop: Property) -> PropertyStatus:
    """How far a property has come, by what is stored; no query."""
    if prop.is_published:
        return PropertyStatus.PUBLISHED
    if prop.is_complete:
        return PropertyStatus.NOT_PUBLISHED if prop.is_approved else PropertyStatus.NOT_APPROVED
    return PropertyStatus.NOT_COMPLETE if prop.is_approved else PropertyStatus.NEITHER


@transaction.atomic
def completeness_refresh(*, property_id: int, by: Actor) -> list[str]:
    """Look at what a property lacks and store whether it is complete; returns all it lacks.

    An event tells when that has changed. A strict site unpublishes an incomplete property, and may
    want to approve it anew. Raises `property_not_found`.
    """
    locked = property_lock(property_id)
    found = readiness([property_id])[property_id]
    site = site_settings()
    is_complete = not found.required(site)
    _complete(locked, is_complete=is_complete, by=by)
    if not is_complete and site.unpublishes_incomplete and locked.is_published:
        if site.reapproves_unpublished:
            approval_withdraw(locked, by=by)
        else:
            _set(locked, EventKind.PROPERTY_UNPUBLISHED, by, is_published=False)
    return list(found.missing)


@transaction.atomic
def property_review(*, property_id: int, by: Actor) -> Review:
    """Do `completeness_refresh`, and tell what is missing in words.

    That the approval is missing, once nothing else is.
    """
    missing = completeness_refresh(property_id=property_id, by=by)
    locked = property_lock(property_id)
    warnings = [LACKS[key] for key in missing]
    if not missing and not locked.is_approved:
        warnings.append(NO_APPROVAL)
    return Review(locked.is_complete, warnings)


def completeness_refresh_all(*, by: Actor) -> int:
    """Do `completeness_refresh` for every property that it would change; returns how many.

    Each in a transaction of its own: rooms and prices are changed by others meanwhile.
    """
    site = site_settings()
    refreshed, last = 0, 0
    while batch := _after(last):
        found = readiness(batch)
        for pk, (is_complete, is_published) in batch.items():
            ready = not found[pk].required(site)
            hides = site.unpublishes_incomplete and is_published and not ready
            if ready != is_complete or hides:
                with suppress(DomainError):  # it has been deleted meanwhile
                    completeness_refresh(property_id=pk, by=by)
                    refreshed += 1
        last = max(batch)
    return refreshed


def _after(last: int) -> dict[int, tuple[bool, bool]]:
    """The next properties by id: whether each is held to be complete, and published."""
    rows = Property.objects.filter(pk__gt=last, deleted_at=None).order_by("pk")
    states = rows.values_list("pk", "is_complete", "is_published")[:BATCH]
    return {pk: (is_complete, is_published) for pk, is_complete, is_published in states}


@transaction.atomic
def property_publish(*, prop: Property, by: Actor) -> None:
    """Show the property to visitors; publishing twice changes nothing.

    Raises `property_not_approved`, `manager_suspended` when whoever acts is suspended or no manager
    is left who is not, and `property_incomplete`, or without a time zone `time_zone_needed`, with
    all that is missing in `fields`.
    """
    locked = property_lock(prop.pk)
    if not locked.is_published:
        if not locked.is_approved:
            raise DomainError("property_not_approved")
        found = readiness([prop.pk])[prop.pk]
        actor = acting_user(by)
        if found.is_unmanaged or (actor is not None and actor.is_suspended):
            raise DomainError("manager_suspended")
        if missing := found.required(site_settings()):
            refusal = "time_zone_needed" if TIME_ZONE in missing else "property_incomplete"
            raise DomainError(refusal, fields={key: [LACKS[key]] for key in missing})
        _complete(locked, is_complete=True, by=by)
        _set(
            locked,
            EventKind.PROPERTY_PUBLISHED,
            by,
            is_published=True,
            hidden_by_suspension=False,
        )
    _take_over(prop, locked)


@transaction.atomic
def property_unpublish(*, prop: Property, by: Actor) -> None:
    """Take the property from the visitors' sight; its bookings stay. Twice changes nothing.

    It stays so when the suspension of its manager ends.
    """
    locked = property_lock(prop.pk)
    if locked.is_published:
        _set(locked, EventKind.PROPERTY_UNPUBLISHED, by, is_published=False)
    elif locked.hidden_by_suspension:
        Property.objects.filter(pk=prop.pk).update(hidden_by_suspension=False)
        locked.hidden_by_suspension = False
    _take_over(prop, locked)


@transaction.atomic
def property_approve(*, prop: Property, by: Actor) -> None:
    """Let the property be published; for super managers, else `forbidden`."""
    _need_super_manager(by)
    locked = property_lock(prop.pk)
    if not locked.is_approved:
        _set(locked, EventKind.PROPERTY_APPROVED, by, is_approved=True)
    _take_over(prop, locked)


@transaction.atomic
def property_unapprove(*, prop: Property, by: Actor) -> None:
    """Withdraw the approval, which unpublishes the property; for super managers, else `forbidden`.

    Two events where it was published.
    """
    _need_super_manager(by)
    locked = property_lock(prop.pk)
    if locked.is_approved:
        approval_withdraw(locked, by=by)
    _take_over(prop, locked)


def _readiness(flag: int, *has: bool) -> Readiness:
    rooms, kind, prices, tours, child_rates, children, image, street, town, country = has[:10]
    time_zone, alone = has[10:]
    is_let = flag not in NOT_LET
    present = {
        "rooms": rooms or not is_let,
        "property_type": kind,
        "tariffs": prices or not is_let,
        "tours": tours or flag != BookingModel.TOUR,
        "child_rates": child_rates or not is_let,
        "occupancy_levels": children or not is_let,
        MAIN_IMAGE: image,
        "street": street,
        "town": town,
        "country": country,
        TIME_ZONE: time_zone,
    }
    return Readiness(tuple(key for key in LACKS if not present[key]), is_unmanaged=alone)


def _need_super_manager(by: Actor) -> None:
    if not acts_as_super_manager(by):
        raise DomainError("forbidden", "Only a super manager approves properties.")


def _complete(locked: Property, *, is_complete: bool, by: Actor) -> None:
    if locked.is_complete != is_complete:
        kind = EventKind.PROPERTY_COMPLETED if is_complete else EventKind.PROPERTY_INCOMPLETED
        _set(locked, kind, by, is_complete=is_complete)


def _set(locked: Property, kind: EventKind, by: Actor, **flags: bool) -> None:
    """Store flags of a locked property, with their event and a new version."""
    for name, value in flags.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save(update_fields=[*flags, "version", "changed_at"])
    record(kind, by=by, property_id=locked.pk, subject=("property", locked.pk))


def _take_over(prop: Property, locked: Property) -> None:
    """What a caller holds shows what was stored."""
    for name in ("is_published", "is_approved", "is_complete", "hidden_by_suspension", "version"):
        setattr(prop, name, getattr(locked, name))
