"""What a property is: its address, contacts, type, features; and its end."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from bookyflow.accounts.models import User
from bookyflow.accounts.selectors import acting_user, acts_as_super_manager
from bookyflow.accounts.site import site_settings
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import Happening, record, record_many
from bookyflow.properties.access import fall_back, properties_of
from bookyflow.properties.images import files_delete, names_of
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Image, Property, PropertyCategory, PropertyType
from bookyflow.properties.publication import completeness_refresh, property_unpublish
from bookyflow.properties.selectors import features_usable
from bookyflow.properties.services import (
    LINES,
    PLACE,
    approval_withdraw,
    country_code,
    property_validate,
    region_code,
    time_zone_follow,
)

EDITABLE = frozenset({*LINES, "latitude", "longitude", "stars", "superior", "category_id"})
OVER = ("cancelled", "no_show", "rejected", "checked_out")  # states of a booking that has ended


@transaction.atomic
def property_change(*, prop: Property, values: Mapping[str, object], by: Actor) -> list[str]:
    """Change fields of a property, all of them or none; returns the names of what changed.

    Names are those of EDITABLE, and `country` with `region_id`, a number of core.places or None;
    a new country without it leaves no region. The time zone follows the place, unless somebody has
    set one. One event, unless nothing changed, and one of the settings with another time zone; the
    approval is withdrawn as with texts. Raises `country_incorrect`, `region_id_incorrect`,
    `time_zone_needed` where a published property would be without one, and `validation_failed` with
    `fields` for other names, an unknown category and a field at fault.
    """
    if unknown := set(values) - EDITABLE - {"country", "region_id"}:
        raise DomainError(
            "validation_failed", fields={name: ["It cannot be set."] for name in sorted(unknown)}
        )
    locked = property_lock(prop.pk)
    before = {name: getattr(locked, name) for name in (*EDITABLE, "country", "region")}
    for name in EDITABLE & values.keys():
        setattr(locked, name, values[name])
    _place(locked, values)
    _check(locked)
    changed = sorted(name for name, value in before.items() if getattr(locked, name) != value)
    if changed:
        locked.version += 1
        locked.save(update_fields=[*changed, "version", "changed_at"])
        _updated(locked, by, names=changed)
        if PLACE & set(changed):
            _time_zone(locked, by)
        if not site_settings().approves_automatically and not acts_as_super_manager(by):
            approval_withdraw(locked, by=by)
    _take_over(prop, locked, changed)
    prop.settings = locked.settings
    return changed


@transaction.atomic
def property_features_set(*, prop: Property, feature_ids: Collection[int], by: Actor) -> None:
    """Give a property these features and no others; one event, unless nothing changed.

    Raises `validation_failed` for one that is not known, or not for its type.
    """
    locked = property_lock(prop.pk)
    wanted = set(feature_ids)
    usable = set(features_usable(prop=locked).filter(pk__in=wanted).values_list("pk", flat=True))
    if unknown := wanted - usable:
        problem = f"{min(unknown)} is no feature of this property's type."
        raise DomainError("validation_failed", problem, fields={"features": [problem]})
    if wanted == set(locked.features.values_list("pk", flat=True)):
        return
    locked.features.set(wanted)
    locked.version += 1
    locked.save(update_fields=["version", "changed_at"])
    _updated(locked, by, names=["features"])
    prop.version = locked.version


@transaction.atomic
def property_type_change(
    *, prop: Property, property_type_id: int, confirmed: bool, by: Actor
) -> None:
    """Make a property one of another type, which ends its prices and removes its rooms.

    Features that are not for the new type go as well. Events tell of the rooms and prices, too.
    Settings stay. What lacks something then is unpublished. Raises `property_type_id_incorrect`,
    `property_has_bookings` where guests are still to come or hold rooms, and `confirmation_needed`
    unless `confirmed`.
    """
    locked = property_lock(prop.pk)
    new_type = PropertyType.objects.filter(pk=property_type_id).first()
    if new_type is None:
        raise DomainError("property_type_id_incorrect", fields={"ptype_id": ["Unknown type."]})
    if new_type.pk == locked.property_type_id:
        return
    _refuse_bookings(locked)
    if not confirmed:
        raise DomainError("confirmation_needed", "Rooms and prices of the property would go.")
    _clear(locked, by)
    locked.property_type = new_type
    locked.version += 1
    locked.save(update_fields=["property_type", "version", "changed_at"])
    locked.features.remove(*locked.features.exclude(pk__in=features_usable(prop=locked)))
    _updated(locked, by, names=["property_type"])
    completeness_refresh(property_id=locked.pk, by=by)
    locked.refresh_from_db(fields=["is_complete"])
    if not locked.is_complete:
        property_unpublish(prop=locked, by=by)
    locked.refresh_from_db()
    prop.property_type = new_type
    _take_over(prop, locked, ["property_type_id"])


@transaction.atomic
def property_delete(*, prop: Property, by: Actor) -> None:
    """Delete a property for good, as far as anybody can see; its bookings and invoices stay.

    Staff who have no other property become registered users. Raises `property_has_bookings` where
    guests are still to come or hold rooms, and `property_last` for a manager's only property.
    """
    locked = property_lock(prop.pk)
    _refuse_bookings(locked)
    actor = acting_user(by)
    if actor is not None and _is_last_of(locked, actor):
        raise DomainError("property_last")
    staff = list(User.objects.filter(access__property=locked).order_by("pk").select_for_update())
    locked.deleted_at = timezone.now()
    locked.is_published = locked.hidden_by_suspension = False
    locked.version += 1
    locked.save(
        update_fields=[
            "deleted_at",
            "is_published",
            "hidden_by_suspension",
            "version",
            "changed_at",
        ]
    )
    fall_back(staff)
    subject = ("property", locked.pk)
    record(EventKind.PROPERTY_DELETED, by=by, property_id=locked.pk, subject=subject)
    _take_over(prop, locked, ["deleted_at"])


def _is_last_of(locked: Property, user: User) -> bool:
    others = properties_of(user).exclude(pk=locked.pk)
    return not user.is_super_manager and not others.exists()


def _place(locked: Property, values: Mapping[str, object]) -> None:
    if "country" in values:
        country = country_code(str(values["country"]), site_settings())
        if country != locked.country:
            locked.country, locked.region = country, ""
    if "region_id" in values:
        region_id = values["region_id"]
        if region_id is not None and not isinstance(region_id, int):
            raise DomainError("region_id_incorrect")
        locked.region = region_code(region_id, locked.country)


def _check(locked: Property) -> None:
    """Fields are also converted, so that what is the same compares as the same."""
    if locked.category_id is not None and not _is_category(locked.category_id):
        raise DomainError("validation_failed", fields={"cat_id": ["Unknown category."]})
    try:
        property_validate(locked)
    except ValidationError as error:
        raise DomainError("validation_failed", fields=error.message_dict) from error


def _is_category(given: object) -> bool:
    if isinstance(given, bool) or not isinstance(given, int):
        return False
    return PropertyCategory.objects.filter(pk=given).exists()


def _time_zone(locked: Property, by: Actor) -> None:
    """Let the time zone follow a place that has changed."""
    if not time_zone_follow(locked, locked.settings):
        return
    locked.settings.save(update_fields=["time_zone"])
    record(
        EventKind.PROPERTY_SETTINGS_UPDATED,
        by=by,
        property_id=locked.pk,
        subject=("property", locked.pk),
        names=["time_zone"],
    )


def _updated(locked: Property, by: Actor, *, names: list[str]) -> None:
    subject = ("property", locked.pk)
    record(EventKind.PROPERTY_UPDATED, by=by, property_id=locked.pk, subject=subject, names=names)


def _take_over(prop: Property, found: Property, names: Collection[str]) -> None:
    """What a caller holds shows what was stored."""
    for name in (*names, "is_approved", "is_published", "is_complete", "version"):
        setattr(prop, name, getattr(found, name))


def _refuse_bookings(locked: Property) -> None:
    """Refuse where guests are still to come, or hold rooms while they book."""
    bookings = apps.get_model("reservations", "Booking").objects.filter(
        property=locked.pk, kind="booking", departure__gt=locked.settings.today()
    )
    holds = apps.get_model("availability", "Occupancy").objects.filter(
        property=locked.pk, kind="hold", expires_at__gt=timezone.now()
    )
    if bookings.exclude(state__in=OVER).exists() or holds.exists():
        raise DomainError("property_has_bookings")


def _clear(locked: Property, by: Actor) -> None:
    """End what belongs to the old type; past bookings still reach their rooms and prices."""
    now = timezone.now()
    for app, model in (("availability", "TypeDay"), ("rooms", "OccupancyLevel")):
        apps.get_model(app, model).objects.filter(property=locked.pk).delete()
    tariff_types = apps.get_model("tariffs", "TariffType").objects.filter(
        property=locked.pk, deleted_at=None
    )
    rooms = apps.get_model("rooms", "Room").objects.filter(property=locked.pk)
    ended = {
        EventKind.ROOMS_MULTIPLE_DELETED: {"room_ids": _ids(rooms)},
        EventKind.TARIFFS_UPDATED: {"tariff_type_ids": _ids(tariff_types)},
    }
    subject = ("property", locked.pk)
    happenings = [
        Happening(kind, locked.pk, subject, data)
        for kind, data in ended.items()
        if any(data.values())
    ]
    record_many(happenings, by=by)
    tariff_types.update(deleted_at=now, version=F("version") + 1)
    rooms.update(deleted_at=now)
    pictures = Image.objects.filter(property=locked, kind=Image.Kind.ROOM)
    files = [name for image in pictures for name in names_of(image).values()]
    pictures.delete()
    transaction.on_commit(partial(files_delete, files))


def _ids(found: QuerySet[Any]) -> list[int]:
    return list(found.order_by("pk").values_list("pk", flat=True))
