"""What a feature says about itself in its scopes.json. Pure: no Django, no feature code."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bookyflow import __version__
from bookyflow.plugins.fields import (
    ManifestError,
    choice,
    flag,
    mapping,
    names,
    optional_text,
    text,
)
from bookyflow.plugins.hooks import FeatureEvent, Setting, read_events, read_settings

NAME = re.compile(r"[a-z][a-z0-9_]{1,40}")
VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+!-]{0,39}")
SECTIONS = ("core", "cmf", "booking", "messaging", "extras")
LEVELS = (0, 1, 50, 70, 90)
RELEASE = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6}){0,3}")
ADDRESS = re.compile(r"https?://[^\s<>\"']{1,300}")
FIELDS = {
    "name",
    "title",
    "description",
    "version",
    "author",
    "manual",
    "changes",
    "min_version",
    "section",
    "auth_free",
    "requires",
    "excludes",
    "scopes",
    "settings",
    "events",
}
SCOPE_FIELDS = {"level", "category", "label", "description"}
# `public` marks an endpoint that anybody may call; the rest are paths of the API itself.
RESERVED_SCOPES = frozenset({"public"})
RESERVED_NAMES = frozenset({"docs", "oauth", "reference", "schema"})


@dataclass(frozen=True)
class Scope:
    """A permission that a key pair can be given.

    `level` is the access level from which a user may give it to a key; `category` groups scopes
    where a user picks them.
    """

    name: str
    level: int
    category: str
    label: str
    description: str


@dataclass(frozen=True)
class Feature:
    """A Django app that adds endpoints to the API.

    `name` is its path segment, URL namespace and key in the database; `module` the dotted path of
    the app; `requires` names the features that must be on before this one, `excludes` those that
    must be off. An `auth_free` feature answers everybody and has no scopes. `bundled` ones come
    with BookyFlow, others are installed. `changes` are versions, newest first, each with what was
    new; `min_version` is the oldest BookyFlow that it works with.
    """

    name: str
    title: str
    version: str
    section: str
    auth_free: bool
    requires: tuple[str, ...]
    scopes: tuple[Scope, ...]
    module: str
    bundled: bool
    description: str = ""
    author: str = ""
    manual: str = ""
    changes: tuple[tuple[str, str], ...] = ()
    min_version: str = ""
    excludes: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()
    events: tuple[FeatureEvent, ...] = ()


@dataclass(frozen=True)
class BrokenFeature:
    """An installed package that was left out, and the reason, for the administrator to read.

    `name` is that of its feature, where the manifest could be read.
    """

    module: str
    reason: str
    name: str = ""


def read_manifest(directory: Path, *, module: str, bundled: bool) -> Feature:
    """Parse and check the scopes.json of the package in `directory`.

    Raises ManifestError with the file and the field at fault.
    """
    path = directory / "scopes.json"
    try:
        facts = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_unique)
    except FileNotFoundError:
        raise ManifestError(f"{path}: the file is missing") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ManifestError(f"{path}: {error}") from error
    try:
        return _feature(facts, module=module, bundled=bundled)
    except ManifestError as error:
        raise ManifestError(f"{path}: {error}") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    facts = dict(pairs)
    if len(facts) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice!r} is there twice")
    return facts


def _feature(facts: Any, *, module: str, bundled: bool) -> Feature:
    facts = mapping(facts, "the manifest", known=FIELDS)
    name = text(facts, "name", NAME)
    feature = Feature(
        name=name,
        title=text(facts, "title"),
        version=text(facts, "version", VERSION),
        section=choice(facts, "section", SECTIONS),
        auth_free=flag(facts, "auth_free"),
        requires=names(facts, "requires"),
        scopes=_scopes(facts.get("scopes", {})),
        module=module,
        bundled=bundled,
        description=optional_text(facts, "description"),
        author=optional_text(facts, "author"),
        manual=optional_text(facts, "manual", ADDRESS),
        changes=_changes(facts.get("changes", {})),
        min_version=optional_text(facts, "min_version", RELEASE),
        excludes=names(facts, "excludes"),
        settings=read_settings(facts.get("settings", {})),
        events=read_events(facts.get("events", {}), feature=name),
    )
    _refuse_contradictions(feature)
    return feature


def _refuse_contradictions(feature: Feature) -> None:
    if feature.name in RESERVED_NAMES:
        raise ManifestError(f"name: {feature.name!r} is a path of the API itself")
    if feature.auth_free and feature.scopes:
        raise ManifestError("scopes: an auth_free feature declares none")
    if feature.name in feature.excludes or set(feature.requires) & set(feature.excludes):
        raise ManifestError("excludes: names the feature itself, or one that it requires")
    if release_of(feature.min_version) > release_of(__version__):
        raise ManifestError(
            f"min_version: needs BookyFlow {feature.min_version}, and this is {__version__}"
        )


def release_of(version: str) -> tuple[int, ...]:
    """The numbers that a version begins with, to compare: 0.10 is newer than 0.9."""
    found = RELEASE.match(version)
    return tuple(map(int, found[0].split("."))) if found else ()


def _changes(facts: Any) -> tuple[tuple[str, str], ...]:
    facts = mapping(facts, "changes")
    told = [(version, text(facts, version, where="changes")) for version in facts]
    for version, _ in told:
        if not VERSION.fullmatch(version):
            raise ManifestError(f"changes: {version!r} is no version")
    return tuple(sorted(told, key=lambda one: release_of(one[0]), reverse=True))


def _scopes(facts: Any) -> tuple[Scope, ...]:
    return tuple(_scope(name, about) for name, about in sorted(mapping(facts, "scopes").items()))


def _scope(name: str, facts: Any) -> Scope:
    where = f"scopes.{name}"
    if not NAME.fullmatch(name) or name in RESERVED_SCOPES:
        raise ManifestError(f"scopes: {name!r} is no name of a scope ({NAME.pattern})")
    facts = mapping(facts, where, known=SCOPE_FIELDS)
    return Scope(
        name=name,
        level=choice(facts, "level", LEVELS, where),
        category=text(facts, "category", NAME, where),
        label=text(facts, "label", where=where),
        description=text(facts, "description", where=where),
    )
