"""Writing many properties at once: the rules of services.py, one statement per table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.accounts.site import site_settings
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft, record_many
from bookyflow.properties.models import (
    ManagerAccess,
    Property,
    PropertyFeature,
    PropertySettings,
    PropertyText,
)
from bookyflow.properties.services import PLACE, property_validate, time_zone_follow
from bookyflow.properties.settings_rules import settings_validate
from bookyflow.properties.texts import text_clean

Texts = Mapping[str, str]  # field name (PropertyText.Field) → text


@dataclass(frozen=True)
class NewProperty:
    """A property to add, as `property_draft` made it, with its texts and feature ids."""

    prop: Property
    settings: PropertySettings
    texts: Texts = field(default_factory=dict)
    features: Collection[int] = ()


@dataclass(frozen=True)
class PropertyChange:
    """What to write of a locked property: `fields` of Property and PropertySettings by name.

    `texts` replace those of the same field and language; features are given and taken by id.
    """

    prop: Property
    fields: Mapping[str, object] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)
    texts: Texts = field(default_factory=dict)
    features_added: Collection[int] = ()
    features_removed: Collection[int] = ()


@transaction.atomic
def properties_create(
    *, new: Sequence[NewProperty], owner_id: int, language: str, by: Actor
) -> list[Property]:
    """Add properties as `property_create` does, all of them or none; one event each.

    Texts are in `language`. The site may want to approve them first. Raises `validation_failed` for
    a feature that is not site-wide.
    """
    if not site_settings().approves_automatically:
        for one in new:
            one.prop.is_approved = False
    _check_features({feature for one in new for feature in one.features})
    added = Property.objects.bulk_create([one.prop for one in new])
    for one in new:
        one.settings.property = one.prop  # takes over the id
    PropertySettings.objects.bulk_create([one.settings for one in new])
    ManagerAccess.objects.bulk_create(
        [ManagerAccess(user_id=owner_id, property=prop) for prop in added]
    )
    raised = User.objects.filter(pk=owner_id, access_level__lt=AccessLevel.MANAGER).update(
        access_level=AccessLevel.MANAGER
    )
    _texts_write({one.prop.pk: one.texts for one in new}, language)
    _features_add((one.prop.pk, feature) for one in new for feature in one.features)
    _record(EventKind.PROPERTY_CREATED, [prop.pk for prop in added], by)
    if raised and added:
        data = {"access_level": AccessLevel.MANAGER}
        owner = ("user", owner_id)
        record_many([EventDraft(EventKind.MANAGER_ADDED, added[0].pk, owner, data)], by=by)
    return added


@transaction.atomic
def properties_change(*, changes: Sequence[PropertyChange], language: str, by: Actor) -> None:
    """Change properties that `properties_lock` has locked; one event and one version each.

    The time zone follows the place, unless somebody has set one. Raises ValidationError for a
    field at fault, and `validation_failed` for a feature that is not site-wide.
    """
    _check_features({feature for one in changes for feature in one.features_added})
    _fields_write(changes)
    _settings_write([one for one in changes if one.settings])
    _texts_write({one.prop.pk: one.texts for one in changes}, language)
    _features_remove((one.prop.pk, feature) for one in changes for feature in one.features_removed)
    _features_add((one.prop.pk, feature) for one in changes for feature in one.features_added)
    _record(EventKind.PROPERTY_UPDATED, [one.prop.pk for one in changes], by)


def _record(kind: EventKind, property_ids: Iterable[int], by: Actor) -> None:
    record_many([EventDraft(kind, pk, ("property", pk)) for pk in property_ids], by=by)


def _check_features(feature_ids: set[int]) -> None:
    if not feature_ids:
        return
    known = PropertyFeature.objects.filter(pk__in=feature_ids, property=None)
    if unknown := feature_ids - set(known.values_list("pk", flat=True)):
        raise DomainError(
            "validation_failed", fields={"features": [f"{min(unknown)} is no site-wide feature."]}
        )


def _fields_write(changes: Sequence[PropertyChange]) -> None:
    now = timezone.now()
    names = {name for one in changes for name in one.fields}
    zones = []
    for one in changes:
        for name, value in one.fields.items():
            setattr(one.prop, name, value)
        property_validate(one.prop)
        one.prop.changed_at = now
        if PLACE & one.fields.keys() and time_zone_follow(one.prop, one.prop.settings):
            zones.append(one.prop.settings)
    PropertySettings.objects.bulk_update(zones, ["time_zone"])
    if names:
        Property.objects.bulk_update([one.prop for one in changes], sorted(names))
    Property.objects.filter(pk__in=[one.prop.pk for one in changes]).update(
        version=F("version") + 1, changed_at=now
    )


def _settings_write(changes: Sequence[PropertyChange]) -> None:
    for one in changes:
        for name, value in one.settings.items():
            setattr(one.prop.settings, name, value)
        settings_validate(one.prop.settings)
    if names := {name for one in changes for name in one.settings}:
        PropertySettings.objects.bulk_update([one.prop.settings for one in changes], sorted(names))


def _texts_write(texts: Mapping[int, Texts], language: str) -> None:
    PropertyText.objects.bulk_create(
        [
            PropertyText(property_id=pk, field=name, language=language, text=text_clean(name, text))
            for pk, of_one in texts.items()
            for name, text in of_one.items()
        ],
        update_conflicts=True,
        unique_fields=["property", "field", "language"],
        update_fields=["text"],
    )


def _features_add(links: Iterable[tuple[int, int]]) -> None:
    through = Property.features.through
    through.objects.bulk_create(
        [through(property_id=pk, propertyfeature_id=feature) for pk, feature in links],
        ignore_conflicts=True,
    )


def _features_remove(links: Iterable[tuple[int, int]]) -> None:
    if not (unwanted := set(links)):
        return
    through = Property.features.through
    held = through.objects.filter(
        property_id__in={pk for pk, _ in unwanted},
        propertyfeature_id__in={feature for _, feature in unwanted},
    ).values_list("pk", "property_id", "propertyfeature_id")
    through.objects.filter(
        pk__in=[pk for pk, prop, feature in held if (prop, feature) in unwanted]
    ).delete()
