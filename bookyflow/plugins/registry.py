"""What is known about features: code from memory, state from the database, never cached."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils.module_loading import module_has_submodule
from oauth2_provider.models import get_application_model

from bookyflow.core.errors import DomainError
from bookyflow.events.added import AddedKind
from bookyflow.plugins.broad import BROAD, INCLUDES
from bookyflow.plugins.declared import once_declared
from bookyflow.plugins.manifest import BrokenFeature, Feature, Scope
from bookyflow.plugins.models import FeatureState

logger = logging.getLogger(__name__)


def features() -> dict[str, Feature]:
    """Every feature whose code is loaded, by name."""
    return {feature.name: feature for feature in settings.FEATURES}


def broken() -> tuple[BrokenFeature, ...]:
    """The installed packages that cannot be used and were left out at the start."""
    found: tuple[BrokenFeature, ...] = settings.BROKEN_FEATURES
    return found


def enabled() -> set[str]:
    """Names of the features that answer requests now. One query."""
    names = FeatureState.objects.filter(enabled=True).values_list("name", flat=True)
    return set(names) & features().keys()


def scopes_by_name() -> dict[str, Scope]:
    """Every scope that is declared, fine and broad, whether its feature is on or off."""
    fine = {scope.name: scope for feature in features().values() for scope in feature.scopes}
    return dict(sorted({**fine, **BROAD}.items()))


def grantable(level: int, enabled_names: Collection[str]) -> dict[str, Scope]:
    """What a key may hold whose owner has this access level, ordered by category and name.

    A broad scope is among them when at least one that it includes is.
    """
    fine = {
        scope.name: scope
        for feature in features().values()
        if feature.name in enabled_names
        for scope in feature.scopes
        if scope.level <= level
    }
    broad = {
        name: scope
        for name, scope in BROAD.items()
        if scope.level <= level and not INCLUDES[name].isdisjoint(fine)
    }
    ordered = sorted((fine | broad).values(), key=lambda scope: (scope.category, scope.name))
    return {scope.name: scope for scope in ordered}


@once_declared
def grantable_names(level: int) -> frozenset[str]:
    """What a key may hold with every feature on."""
    return frozenset(grantable(level, features()))


def event_kinds(enabled_names: Collection[str]) -> list[AddedKind]:
    """The kinds of event that these features add, by name."""
    return [
        AddedKind(
            event.name,
            event.label,
            {one.name: {"type": one.type, "description": one.description} for one in event.fields},
        )
        for name, feature in sorted(features().items())
        if name in enabled_names
        for event in feature.events
    ]


def event_kind(name: str) -> AddedKind:
    """A kind of event that a feature's manifest declares, to record events with."""
    return next(kind for kind in event_kinds(features()) if kind == name)


def settings_of(name: str) -> dict[str, str | int | bool]:
    """What an administrator has decided about a feature, else what its manifest says. One query."""
    saved = FeatureState.objects.filter(name=name).values_list("settings", flat=True).first() or {}
    return {
        one.name: saved[one.name] if one.accepts(saved.get(one.name)) else one.default
        for one in features()[name].settings
    }


@transaction.atomic
def settings_save(name: str, values: Mapping[str, str | int | bool]) -> None:
    """Store settings of a feature; they count with the next request in every process.

    Raises DomainError: unknown_feature; feature_not_installed; validation_failed for a value that
    is not of the setting's kind.
    """
    known = {one.name: one for one in _get(name).settings}
    state = FeatureState.objects.select_for_update().filter(name=name).first()
    if state is None:
        raise DomainError("feature_not_installed", f"Feature {name} is not installed.")
    wrong = {
        one: ["This value cannot be used."]
        for one, value in values.items()
        if one not in known or not known[one].accepts(value)
    }
    if wrong:
        raise DomainError("validation_failed", fields=wrong)
    state.settings = {one: values[one] for one in known if one in values}
    state.save(update_fields=["settings", "changed_at"])
    logger.info("settings of feature %s saved", name)


def install(name: str) -> None:
    """Apply the feature's migrations and record its version; it stays on or off as it was.

    For a command only, never inside a request: changing tables takes locks and rights.
    """
    feature = _get(name)
    label = _migrated_label(feature)
    if label:
        call_command("migrate", label, interactive=False, verbosity=0)
    FeatureState.objects.update_or_create(name=name, defaults={"version": feature.version})
    logger.info("feature %s %s installed", name, feature.version)


@transaction.atomic
def set_enabled(name: str, *, on: bool) -> None:
    """Switch an installed feature on or off, at once and in every process.

    Raises DomainError: unknown_feature; feature_not_installed; feature_requires when one that it
    requires is off, or one that is on requires it; feature_excluded when one that is on does not
    go with it.
    """
    feature = _get(name)
    states = _locked_states()
    if name not in states:
        raise DomainError("feature_not_installed", f"Feature {name} is not installed.")
    if on:
        _require_requirements(feature, states)
        _refuse_excluded(feature, states)
    else:
        _refuse_while_required(name, states)
    state = states[name]
    state.enabled = on
    state.save(update_fields=["enabled", "changed_at"])
    logger.info("feature %s switched %s", name, "on" if on else "off")


@transaction.atomic
def uninstall(name: str, *, drop: bool = False) -> None:
    """Switch a feature off and forget it with its settings. Works when its code has gone, too.

    Its tables stay unless they are to be dropped, which is for a command only.

    Raises DomainError: unknown_feature, feature_not_installed, feature_requires.
    """
    states = _locked_states()
    if name not in states:
        _get(name)
        raise DomainError("feature_not_installed", f"Feature {name} is not installed.")
    _refuse_while_required(name, states)
    if drop and (label := _migrated_label(_get(name))):
        call_command("migrate", label, "zero", interactive=False, verbosity=0)
    states[name].delete()
    logger.info("feature %s uninstalled", name)


def breakage(name: str) -> list[str]:
    """What would break or stay behind without a feature, a sentence each, for a person."""
    tables = tables_of(name)
    told = stopping(name)
    if tables:
        told.append(f"{name}: Its tables stay, with their data: {', '.join(tables)}.")
    return told


def tables_of(name: str) -> list[str]:
    """The tables of a feature's own."""
    feature = features().get(name)
    module = feature.module if feature else None
    config = next((c for c in apps.get_app_configs() if c.name == module), None)
    return [model._meta.db_table for model in config.get_models()] if config else []


def stopping(name: str) -> list[str]:
    """What would no longer work while a feature is off, a sentence each, for a person."""
    feature = features().get(name)
    if feature is None:
        return []
    elsewhere = {s.name for f in features().values() if f.name != name for s in f.scopes}
    only_here = sorted({scope.name for scope in feature.scopes} - elsewhere)
    keys = get_application_model().objects.filter(
        granted_scopes__overlap=only_here, revoked_at=None
    )
    told = []
    if only_here and (count := keys.count()):
        told.append(f"{count} key pair(s) hold {', '.join(only_here)}, which nothing else uses.")
    return [f"{name}: {sentence}" for sentence in told]


def _get(name: str) -> Feature:
    feature = features().get(name)
    if feature is not None:
        return feature
    reason = next((fault.reason for fault in broken() if fault.name == name), None)
    if reason is not None:
        raise DomainError("unknown_feature", f"Feature {name} is broken: {reason}")
    raise DomainError("unknown_feature", f"No feature is called {name}.")


def _locked_states() -> dict[str, FeatureState]:
    # All rows, so that two switches at once cannot leave a feature on without its requirement.
    return {state.name: state for state in FeatureState.objects.select_for_update()}


def _on(states: dict[str, FeatureState]) -> set[str]:
    return {name for name, state in states.items() if state.enabled}


def _require_requirements(feature: Feature, states: dict[str, FeatureState]) -> None:
    missing = sorted(set(feature.requires) - _on(states))
    if missing:
        raise DomainError(
            "feature_requires", f"Feature {feature.name} needs {', '.join(missing)} switched on."
        )


def excluding(feature: Feature, on: Collection[str]) -> list[str]:
    """Those of the features `on` that do not go together with this one, whichever says so."""
    return sorted(
        other.name
        for other in features().values()
        if other.name in on and (other.name in feature.excludes or feature.name in other.excludes)
    )


def _refuse_excluded(feature: Feature, states: dict[str, FeatureState]) -> None:
    if others := excluding(feature, _on(states)):
        raise DomainError(
            "feature_excluded", f"Feature {feature.name} does not go with {', '.join(others)}."
        )


def _refuse_while_required(name: str, states: dict[str, FeatureState]) -> None:
    on = _on(states)
    dependants = sorted(
        other.name for other in features().values() if other.name in on and name in other.requires
    )
    if dependants:
        raise DomainError(
            "feature_requires", f"Feature {name} is needed by {', '.join(dependants)}."
        )


def _migrated_label(feature: Feature) -> str | None:
    config = next(config for config in apps.get_app_configs() if config.name == feature.module)
    has_migrations = config.module and module_has_submodule(config.module, "migrations")
    return config.label if has_migrations else None
