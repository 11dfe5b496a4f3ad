from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from bookyflow.accounts.models import AccessLevel, KeyPair, SiteSettings, User
from bookyflow.accounts.selectors import acts_as_super_manager
from bookyflow.accounts.site import site_settings
from bookyflow.core import places
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.texts import is_blank, is_line
from bookyflow.core.time_zones import time_zone_of, zones_of
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import (
    KeyProperty,
    ManagerAccess,
    Property,
    PropertySettings,
    PropertyText,
    PropertyType,
)
from bookyflow.properties.settings_rules import least_deposit, settings_validate
from bookyflow.properties.texts import text_clean, texts_check

# The texts that a property itself has, each one line.
LINES = (
    "name",
    "street",
    "town",
    "postcode",
    "tel",
    "fax",
    "email",
    "permit_number",
    "asking_price",
)

# What the time zone follows from.
PLACE = frozenset({"country", "latitude", "longitude"})


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
    and Property. An owner below a manager's level becomes a manager, which has an event of its own.
    A property made with a test key is a test property, and one made with a key that reaches some
    properties only is one of these. The site may want to approve it first, name
    the currency, and ask for a least deposit. Raises DomainError `country_incorrect`,
    `region_id_incorrect` or `property_type_id_incorrect`, and `forbidden` where only managers add
    properties.
    """
    site = site_settings()
    prop, prop_settings = property_draft(
        site=site,
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
    if by.key_id and KeyPair.objects.filter(pk=by.key_id, all_properties=False).exists():
        KeyProperty.objects.create(key_id=by.key_id, property=prop)
    raised = User.objects.filter(pk=owner_id, access_level__lt=AccessLevel.MANAGER).update(
        access_level=AccessLevel.MANAGER
    )
    if raised and not site.self_registration:
        raise DomainError("forbidden", "Only managers can add properties to this site.")
    record(EventKind.PROPERTY_CREATED, by=by, property_id=prop.pk, subject=("property", prop.pk))
    if raised:
        record(
            EventKind.MANAGER_ADDED,
            by=by,
            property_id=prop.pk,
            subject=("user", owner_id),
            access_level=AccessLevel.MANAGER,
        )
    return prop


def property_draft(
    *,
    property_type: PropertyType | None,
    is_test: bool,
    name: str,
    country: str,
    region_id: int | None = None,
    settings: Mapping[str, object] | None = None,
    site: SiteSettings | None = None,
    **details: object,
) -> tuple[Property, PropertySettings]:
    """A new property that keeps every rule, and its settings, both unsaved; no query.

    Without a time zone among the settings it gets that of its country and position, or none.
    Raises as `property_create`, and ValidationError for a field at fault. A `property_type` of
    None stands for one that does not exist. Without `site` its wishes are left aside.
    """
    site = site or SiteSettings()
    country = country_code(country, site)
    if property_type is None:
        raise DomainError(
            "property_type_id_incorrect", fields={"property_type_id": ["Unknown type."]}
        )
    prop = Property(
        name=name,
        country=country,
        region=region_code(region_id, country),
        property_type=property_type,
        is_test=is_test,
        is_approved=site.approves_automatically,
        **details,  # names of fields, checked below
    )
    property_validate(prop)
    currency = {"currency": site.global_currency} if site.global_currency else {}
    prop_settings = PropertySettings(property=prop, **dict(settings or {}) | currency)
    prop_settings.time_zone_given = bool(prop_settings.time_zone)
    settings_validate(prop_settings)
    time_zone_follow(prop, prop_settings)
    for field, value in least_deposit(prop_settings, site).items():
        setattr(prop_settings, field, value)
    return prop, prop_settings


def property_validate(prop: Property) -> None:
    """Raise ValidationError for a field at fault; no query, so its type is taken as known."""
    prop.full_clean(exclude={"property_type"}, validate_unique=False, validate_constraints=False)
    problems = {
        name: "One line of text is needed."
        for name in LINES
        if not isinstance(text := getattr(prop, name), str) or not is_line(text)
    }
    if not problems.get("name") and is_blank(prop.name):
        problems["name"] = "This field cannot be blank."
    for name, most in (("latitude", 90), ("longitude", 180)):
        degrees = getattr(prop, name)
        if degrees is not None and abs(degrees) > most:
            problems[name] = f"Between -{most} and {most} degrees."
    if problems:
        raise ValidationError(dict(problems))


@transaction.atomic
def property_texts_save(
    *, property_id: int, language: str, texts: Mapping[str, str], by: Actor
) -> None:
    """Store texts of one language: field name (PropertyText.Field) → text; an empty one goes.

    One event, unless nothing changed. Where the site approves properties, a change that no super
    manager makes withdraws the approval, and visitors do not see the property until it is given
    again. Raises `property_not_found`, and `validation_failed` as `texts_check`.
    """
    texts_check(language=language, texts=texts)
    locked = property_lock(property_id)
    there = dict(
        PropertyText.objects.filter(property=locked, language=language).values_list("field", "text")
    )
    cleaned = {field: text_clean(field, text) for field, text in texts.items()}
    changed = {field: text for field, text in cleaned.items() if text != there.get(field, "")}
    if not changed:
        return
    _texts_write(locked, language, changed)
    property_touch([locked.pk])
    locked.version += 1
    subject = ("property", locked.pk)
    record(EventKind.PROPERTY_UPDATED, by=by, property_id=locked.pk, subject=subject)
    if not site_settings().approves_automatically and not acts_as_super_manager(by):
        approval_withdraw(locked, by=by)


def _texts_write(prop: Property, language: str, changed: Mapping[str, str]) -> None:
    emptied = [field for field, text in changed.items() if not text]
    PropertyText.objects.filter(property=prop, language=language, field__in=emptied).delete()
    PropertyText.objects.bulk_create(
        [
            PropertyText(property=prop, field=field, language=language, text=text)
            for field, text in changed.items()
            if text
        ],
        update_conflicts=True,
        unique_fields=["property", "field", "language"],
        update_fields=["text"],
    )


def approval_withdraw(locked: Property, *, by: Actor) -> None:
    """Withdraw the approval of a locked property, which is unpublished with it; an event of each.

    Nothing happens to a property without approval.
    """
    if not locked.is_approved:
        return
    was_published = locked.is_published
    locked.is_approved = locked.is_published = locked.hidden_by_suspension = False
    locked.version += 1
    locked.save(
        update_fields=[
            "is_approved",
            "is_published",
            "hidden_by_suspension",
            "version",
            "changed_at",
        ]
    )
    subject = ("property", locked.pk)
    if was_published:
        record(EventKind.PROPERTY_UNPUBLISHED, by=by, property_id=locked.pk, subject=subject)
    record(EventKind.PROPERTY_UNAPPROVED, by=by, property_id=locked.pk, subject=subject)


def property_touch(property_ids: Iterable[int]) -> None:
    """Count a change of the properties themselves."""
    Property.objects.filter(pk__in=list(property_ids)).update(
        version=F("version") + 1, changed_at=timezone.now()
    )


def time_zone_follow(prop: Property, settings: PropertySettings) -> bool:
    """Give unsaved settings the time zone of the property's place; whether it is another one.

    One that somebody has set stays; so does one of the country's while the place does not tell.
    Raises DomainError `time_zone_needed` where a published property would have none.
    """
    if settings.time_zone_given:
        return False
    found = time_zone_of(prop.country, prop.latitude, prop.longitude)
    if found == settings.time_zone or (not found and settings.time_zone in zones_of(prop.country)):
        return False
    if not found and prop.is_published:
        raise DomainError("time_zone_needed", fields={"time_zone": ["Set it first."]})
    settings.time_zone = found
    return True


def country_code(country: str, site: SiteSettings) -> str:
    """The code of a country that the site has, in capitals. Raises `country_incorrect`."""
    code = places.country_code(country)
    if not code:
        raise DomainError("country_incorrect", fields={"country": ["Unknown country."]})
    if site.only_country not in {"", code}:
        problem = f"The properties of this site lie in {site.only_country}."
        raise DomainError("country_incorrect", problem, fields={"country": [problem]})
    return code


def region_code(region_id: int | None, country: str) -> str:
    """The code of a region of the country, "" for None. Raises `region_id_incorrect`."""
    if region_id is None:
        return ""
    region = places.region_of_number(region_id)
    if region is None or region.country != country:
        raise DomainError("region_id_incorrect", fields={"region_id": ["Not in this country."]})
    return region.code
