"""Changing the settings of a property."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from bookyflow.accounts.models import SiteSettings
from bookyflow.accounts.site import site_settings
from bookyflow.core.acting import Actor
from bookyflow.core.currencies import is_currency
from bookyflow.core.errors import DomainError
from bookyflow.core.money import unit
from bookyflow.core.vat_numbers import vat_number
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property, PropertySettings
from bookyflow.properties.models.settings import SATURDAY
from bookyflow.properties.services import property_touch, time_zone_follow
from bookyflow.properties.settings_rules import (
    amounts_too_fine,
    least_deposit,
    settings_problems,
)
from bookyflow.property_settings.entered_amounts import finer_than
from bookyflow.property_settings.input import SettingsInput, same_value, settings_input
from bookyflow.property_settings.names import DERIVED
from bookyflow.property_settings.open_bookings import confirmed_check
from bookyflow.property_settings.values import Value, settings_values, stored_values

# Prices have to fit the new mode, which this service cannot tell: tariffs.modes does it.
_ELSEWHERE = {"tariff_mode": "The mode of tariffs is changed by itself, not among other settings."}
# A channel may give up what these open to it, and not take it.
_NOT_FOR_CHANNELS = ("api_privacy_off", "local_admin_allowed")
# What a value means follows from its kind: who changes the one changes the other.
_VALUE_OF = {
    "deposit_kind": "deposit_value",
    "single_supplement_is_percentage": "single_supplement",
    "cancellation_fee_kind": "cancellation_fee",
    "no_show_fee_kind": "no_show_fee",
    "city_tax_model": "city_tax",
}
WEEK = 7
CHANGEOVER_DATES = 12


@transaction.atomic
def settings_save(
    *, prop: Property, values: Mapping[str, object], by: Actor, confirmed: bool = False
) -> list[str]:
    """Change what is given, all of it or nothing; returns the public names of what changed.

    Keys are names of the interface, in any spelling of `names`, or of fields; values are
    of the field's type, or text as forms send it. Names that follow from something else may be
    given as they are. A site that asks for a least deposit gets it. An empty time zone is that of
    the country and position again. What keeps channels out is not theirs to switch on. One event,
    unless nothing changed. Raises DomainError `validation_failed` with the problems of each name in
    `fields`, and `confirmation_needed` unless `confirmed` for what open bookings keep as it was.
    """
    locked = _locked(prop)
    settings = locked.settings
    before = stored_values(settings)
    given = settings_input(settings, values)
    _check_derived(prop, given)
    if by.channel_id is not None:
        _check_channel(settings, given)
    _vat_number(locked, given)
    if settings.vat_number != given.values.get("vat_number", settings.vat_number):
        given.values.setdefault("vat_number_validated", False)
    changed = _assign(settings, given.values)
    if "time_zone" in changed:
        changed -= {"time_zone"}
        changed |= _time_zone(locked, given, before=str(before["time_zone"]))
    site = site_settings()
    if not given.problems:
        changed |= _assign(settings, least_deposit(settings, site))
    _check_rules(settings, site, changed, given)
    if given.problems:
        prop.settings = PropertySettings.objects.get(pk=prop.pk)
        raise DomainError("validation_failed", fields=given.problems)
    if not confirmed:
        confirmed_check(settings, changed)
    after = stored_values(settings)
    names = sorted(name for name in after if after[name] != before[name])
    if changed:
        _write(prop, settings, changed)
        record(
            EventKind.PROPERTY_SETTINGS_UPDATED,
            by=by,
            property_id=prop.pk,
            subject=("property", prop.pk),
            names=names,
        )
    return names


@dataclass(frozen=True)
class SettingsSaved:
    """What has changed, by public name, as it is now: from its default, or from something else."""

    inserted: dict[str, Value]
    updated: dict[str, Value]


@transaction.atomic
def settings_change(
    *, prop: Property, values: Mapping[str, object], by: Actor, confirmed: bool = False
) -> SettingsSaved:
    """Do `settings_save`, and tell what has changed."""
    before = stored_values(_locked(prop).settings)
    changed = settings_save(prop=prop, values=values, by=by, confirmed=confirmed)
    defaults, now = stored_values(PropertySettings()), settings_values(prop)
    new = {name for name in changed if before[name] == defaults[name]}
    return SettingsSaved(
        inserted={name: now[name] for name in changed if name in new},
        updated={name: now[name] for name in changed if name not in new},
    )


@transaction.atomic
def changeover_set(*, prop: Property, weekday: int, is_on: bool, by: Actor) -> None:
    """Let guests arrive on one weekday only, 0 Sunday to 6 Saturday, for whole weeks.

    Short breaks go then. Off, they arrive on any day and stay as long as they like; the weekday is
    kept for the next time. One event, unless all is so already. Raises `changeover_day_invalid`.
    """
    if not 0 <= weekday <= SATURDAY:
        raise DomainError("changeover_day_invalid", fields={"weekday": ["From 0 to 6."]})
    rule = {
        "fixed_periods_on": is_on,
        "fixed_arrival_on": is_on,
        "fixed_arrival_weekday": weekday,
    }
    if is_on:
        rule |= {
            "fixed_period_nights": WEEK,
            "short_break_on": False,
            "fixed_arrival_dates": CHANGEOVER_DATES,
        }
    settings = _locked(prop).settings
    if changed := _assign(settings, rule):
        _write(prop, settings, changed)
        record(
            EventKind.CHANGEOVER_DAY_ENABLED if is_on else EventKind.CHANGEOVER_DAY_DISABLED,
            by=by,
            property_id=prop.pk,
            subject=("property", prop.pk),
            changeover_day_of_week=weekday,
        )


def _locked(prop: Property) -> Property:
    """The property under its lock, whose version and settings `prop` has from now on."""
    locked = property_lock(prop.pk)
    prop.version = locked.version
    prop.settings = locked.settings
    return locked


def _vat_number(locked: Property, given: SettingsInput) -> None:
    """Have a new VAT number be as it is kept: of the seller's country, or the property's."""
    settings, number = locked.settings, given.values.get("vat_number")
    if number is None or number == settings.vat_number:
        return
    country = given.values.get("business_country", settings.business_country) or locked.country
    try:
        given.values["vat_number"] = vat_number(str(number), str(country))
    except ValueError as problem:
        given.refuse("vat_number", str(problem))


def _time_zone(locked: Property, given: SettingsInput, *, before: str) -> set[str]:
    """Note who says the time zone from now on; an empty one follows the place. What changed."""
    settings, was_given = locked.settings, locked.settings.time_zone_given
    settings.time_zone_given = bool(settings.time_zone)
    settings.time_zone = settings.time_zone or before
    try:
        time_zone_follow(locked, settings)
    except DomainError:
        given.refuse("time_zone", "A published property needs one.")
    fields = {"time_zone": before, "time_zone_given": was_given}
    return {name for name, value in fields.items() if getattr(settings, name) != value}


def _write(prop: Property, settings: PropertySettings, fields: set[str]) -> None:
    settings.save(update_fields=fields)
    property_touch([prop.pk])
    prop.version += 1  # for whoever answers with it


def _assign(settings: PropertySettings, values: Mapping[str, object]) -> set[str]:
    """Set the fields, unsaved; returns those that differ from what they were."""
    changed = {field for field, value in values.items() if getattr(settings, field) != value}
    for field in changed:
        setattr(settings, field, values[field])
    return changed


def _check_derived(prop: Property, given: SettingsInput) -> None:
    if not given.derived:
        return
    from_others = settings_values(prop)
    for name, value in given.derived.items():
        if not same_value(from_others[name], value):
            given.refuse(name, DERIVED[name])


def _check_channel(settings: PropertySettings, given: SettingsInput) -> None:
    for name in _NOT_FOR_CHANNELS:
        if given.values.get(name) and not getattr(settings, name):
            given.refuse(name, "Staff of the property switch it on, not a channel.")


def _check_rules(
    settings: PropertySettings, site: SiteSettings, changed: set[str], given: SettingsInput
) -> None:
    """Add the problems of what changed; an old fault elsewhere does not stand in the way."""
    changed = changed | {value for kind, value in _VALUE_OF.items() if kind in changed}
    problems = settings_problems(settings) | _of_site(settings, site) | _ELSEWHERE
    if "currency" in changed:
        changed |= amounts_too_fine(settings).keys()
        problems |= _of_currency(settings)
    for field, problem in problems.items():
        if field in changed:
            given.refuse(field, problem)


def _of_currency(settings: PropertySettings) -> dict[str, str]:
    """Amounts stay as they are when the currency changes, so it has to be able to express them."""
    currency = settings.currency
    if not is_currency(currency):
        return {}
    finer = finer_than(property_id=settings.property_id, currency=currency, today=settings.today())
    problem = f"{currency} has no smaller unit than {unit(currency)}, and there are finer amounts: "
    return {"currency": f"{problem}{', '.join(finer)}."} if finer else {}


def _of_site(settings: PropertySettings, site: SiteSettings) -> dict[str, str]:
    problems = {}
    if site.global_currency and settings.currency != site.global_currency:
        problems["currency"] = f"Every property of this site sells in {site.global_currency}."
    if site.languages and settings.language not in site.languages:
        problems["language"] = f"This site has {', '.join(site.languages)}."
    return problems
