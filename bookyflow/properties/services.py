from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import F, QuerySet

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.core import places
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.properties.models import (
    ManagerAccess,
    Property,
    PropertySettings,
    PropertyText,
    PropertyType,
)
from bookyflow.properties.texts import text_clean


def properties_lock(found: QuerySet[Property]) -> dict[int, Property]:
    """Lock the rows of properties, in order of their ids, until the transaction ends; by id.

    Whoever writes occupancy, rooms or prices does this first, so that two such transactions wait
    for each other instead of meeting in a deadlock. Settings come along, unlocked. Needs a
    transaction.
    """
    locked = (
        found.order_by("pk").select_related("settings").select_for_update(of=("self",), no_key=True)
    )
    return {prop.pk: prop for prop in locked}


def property_lock(property_id: int) -> Property:
    """Lock one property, as `properties_lock`. Raises DomainError `property_not_found`."""
    locked = properties_lock(Property.objects.filter(pk=property_id, deleted_at=None))
    if property_id not in locked:
        raise DomainError("property_not_found")
    return locked[property_id]


@transaction.atomic
def property_create(
    *,
    by: Actor,
    owner_id: int,
    name: str,
    country: str,
    property_type_id: int,
    region_id: int | None = None,
    settings: Mapping[str, object] | None = None,
    **details: object,
) -> Property:
    """Add a property that is not published yet and give its owner access to it.

    `region_id` is a number of core.places; `settings` and `details` are fields of PropertySettings
    and Property. An owner below a manager's level becomes a manager. A property made with a test
    key is a test property. Raises DomainError `country_incorrect`, `region_id_incorrect` or
    `property_type_id_incorrect`.
    """
    prop, prop_settings = property_draft(
        property_type=PropertyType.objects.filter(pk=property_type_id).first(),
        is_test=by.is_test,
        name=name,
        country=country,
        region_id=region_id,
        settings=settings,
        **details,
    )
    prop.save(force_insert=True)
    prop_settings.save(force_insert=True)
    ManagerAccess.objects.create(user_id=owner_id, property=prop)
    User.objects.filter(pk=owner_id, access_level__lt=AccessLevel.MANAGER).update(
        access_level=AccessLevel.MANAGER
    )
    record(EventKind.PROPERTY_CREATED, by=by, property_id=prop.pk, subject=("property", prop.pk))
    return prop


def property_draft(
    *,
    property_type: PropertyType | None,
    is_test: bool,
    name: str,
    country: str,
    region_id: int | None = None,
    settings: Mapping[str, object] | None = None,
    **details: object,
) -> tuple[Property, PropertySettings]:
    """A new property that keeps every rule, and its settings, both unsaved; no query.

    Raises as `property_create`, and ValidationError for a field at fault. A `property_type` of
    None stands for one that does not exist.
    """
    country = country.upper()
    if country not in places.countries():
        raise DomainError("country_incorrect", fields={"country": ["Unknown country."]})
    if property_type is None:
        raise DomainError("property_type_id_incorrect", fields={"ptype_id": ["Unknown type."]})
    prop = Property(
        name=name,
        country=country,
        region=_region_code(region_id, country),
        property_type=property_type,
        is_test=is_test,
        **details,  # names of fields, checked below
    )
    property_validate(prop)
    prop_settings = PropertySettings(property=prop, **dict(settings or {}))
    prop_settings.clean_fields(exclude={"property"})
    return prop, prop_settings


def property_validate(prop: Property) -> None:
    """Raise ValidationError for a field at fault; no query, so its type is taken as known."""
    prop.full_clean(exclude={"property_type"}, validate_unique=False, validate_constraints=False)


@transaction.atomic
def property_texts_save(
    *, prop: Property, language: str, texts: Mapping[str, str], by: Actor
) -> None:
    """Store texts of one language: field name (PropertyText.Field) → text."""
    PropertyText.objects.bulk_create(
        [
            PropertyText(
                property=prop, field=field, language=language, text=text_clean(field, text)
            )
            for field, text in texts.items()
        ],
        update_conflicts=True,
        unique_fields=["property", "field", "language"],
        update_fields=["text"],
    )
    property_touch([prop.pk])
    record(EventKind.PROPERTY_UPDATED, by=by, property_id=prop.pk, subject=("property", prop.pk))


@transaction.atomic
def property_publish(*, prop: Property, by: Actor) -> None:
    """Show the property to visitors. It must be approved; publishing twice changes nothing."""
    changed = Property.objects.filter(
        pk=prop.pk, deleted_at=None, is_approved=True, is_published=False
    ).update(is_published=True, version=F("version") + 1)
    if changed:
        record(
            EventKind.PROPERTY_PUBLISHED, by=by, property_id=prop.pk, subject=("property", prop.pk)
        )


def property_touch(property_ids: Iterable[int]) -> None:
    """Count a change of the properties themselves."""
    Property.objects.filter(pk__in=list(property_ids)).update(version=F("version") + 1)


def _region_code(region_id: int | None, country: str) -> str:
    if region_id is None:
        return ""
    region = places.regions().get(region_id)
    if region is None or region.country != country:
        raise DomainError("region_id_incorrect", fields={"region_id": ["Not in this country."]})
    return region.code
