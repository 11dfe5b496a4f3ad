"""What a property is: its address, contacts, features."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction

from bookyflow.accounts.selectors import acts_as_super_manager
from bookyflow.accounts.site import site_settings
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import BookingModel, Property, PropertyCategory
from bookyflow.properties.selectors import features_usable
from bookyflow.properties.services import (
    LINES,
    PLACE,
    approval_withdraw,
    country_code,
    property_texts_save,
    property_validate,
    region_code,
    time_zone_follow,
)

EDITABLE = frozenset({*LINES, "latitude", "longitude", "stars", "superior", "category_id"})


@transaction.atomic
def property_change(*, property_id: int, values: Mapping[str, object], by: Actor) -> list[str]:
    """Change fields of a property, all of them or none; returns the names of what changed.

    Names are those of EDITABLE, and `country` with `region_id`, a number of core.places or None;
    a new country without it leaves no region. The time zone follows the place, unless somebody has
    set one. One event, unless nothing changed, and one of the settings with another time zone; the
    approval is withdrawn as with texts. Raises `property_not_found`, `country_incorrect`,
    `region_id_incorrect`, `time_zone_needed` where a published property would be without one, and
    `validation_failed` with `fields` for other names, an unknown category and a field at fault.
    """
    if unknown := set(values) - EDITABLE - {"country", "region_id"}:
        raise DomainError(
            "validation_failed", fields={name: ["It cannot be set."] for name in sorted(unknown)}
        )
    locked = property_lock(property_id)
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
    return changed


@transaction.atomic
def property_describe(
    *,
    property_id: int,
    language: str,
    texts: Mapping[str, str],
    values: Mapping[str, object],
    by: Actor,
) -> None:
    """Store texts in one language, and fields that are the same in all, or nothing of it.

    As `property_texts_save` and `property_change`, with one event of each that changed something.
    """
    property_texts_save(property_id=property_id, language=language, texts=texts, by=by)
    property_change(property_id=property_id, values=values, by=by)


@transaction.atomic
def asking_price_set(*, property_id: int, price: str, by: Actor) -> None:
    """Say, as text, what a property that is for sale costs; as `property_change`.

    Raises also `not_for_sale` for a property of a type that is let.
    """
    locked = property_lock(property_id)
    if locked.property_type.flag != BookingModel.REAL_ESTATE:
        raise DomainError("not_for_sale")
    property_change(property_id=property_id, values={"asking_price": price}, by=by)


@transaction.atomic
def property_features_set(*, property_id: int, feature_ids: Collection[int], by: Actor) -> None:
    """Give a property these features and no others; one event, unless nothing changed.

    Raises `property_not_found`, and `validation_failed` for one that is not known, or not for its
    type.
    """
    locked = property_lock(property_id)
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
        raise DomainError("validation_failed", fields={"category_id": ["Unknown category."]})
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
