"""What a feature says about itself in its scopes.json. Pure: no Django, no feature code."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAME = re.compile(r"[a-z][a-z0-9_]{1,40}")
VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+!-]{0,39}")
SECTIONS = ("core", "cmf", "booking", "messaging", "extras")
LEVELS = (0, 1, 50, 70, 90)
FIELDS = {"name", "title", "version", "section", "auth_free", "requires", "scopes"}
SCOPE_FIELDS = {"level", "category", "label", "description"}
# `public` marks an endpoint that anybody may call; the rest are paths of the API itself.
RESERVED_SCOPES = frozenset({"public"})
RESERVED_NAMES = frozenset({"oauth", "docs", "schema"})


class ManifestError(Exception):
    """A feature is malformed or clashes with another one; says which file and which field."""


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
    the app; `requires` names the features that must be on before this one. An `auth_free` feature
    answers everybody and has no scopes. `bundled` ones come with BookyFlow, others are installed.
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


@dataclass(frozen=True)
class BrokenFeature:
    """An installed package that was left out, and the reason, for the administrator to read."""

    module: str
    reason: str


def read_manifest(directory: Path, *, module: str, bundled: bool) -> Feature:
    """Parse and check the scopes.json of the package in `directory`.

    Raises ManifestError with the file and the field at fault.
    """
    path = directory / "scopes.json"
    try:
        facts = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_unique)
    except FileNotFoundError:
        raise ManifestError(f"{path}: the file is missing") from None
    except (OSError, ValueError) as error:
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
    facts = _mapping(facts, "the manifest", known=FIELDS)
    feature = Feature(
        name=_text(facts, "name", NAME),
        title=_text(facts, "title"),
        version=_text(facts, "version", VERSION),
        section=_choice(facts, "section", SECTIONS),
        auth_free=_flag(facts, "auth_free"),
        requires=_names(facts, "requires"),
        scopes=_scopes(facts.get("scopes", {})),
        module=module,
        bundled=bundled,
    )
    if feature.name in RESERVED_NAMES:
        raise ManifestError(f"name: {feature.name!r} is a path of the API itself")
    if feature.auth_free and feature.scopes:
        raise ManifestError("scopes: an auth_free feature declares none")
    return feature


def _scopes(facts: Any) -> tuple[Scope, ...]:
    return tuple(_scope(name, about) for name, about in sorted(_mapping(facts, "scopes").items()))


def _scope(name: str, facts: Any) -> Scope:
    where = f"scopes.{name}"
    if not NAME.fullmatch(name) or name in RESERVED_SCOPES:
        raise ManifestError(f"scopes: {name!r} is no name of a scope ({NAME.pattern})")
    facts = _mapping(facts, where, known=SCOPE_FIELDS)
    return Scope(
        name=name,
        level=_choice(facts, "level", LEVELS, where),
        category=_text(facts, "category", NAME, where),
        label=_text(facts, "label", where=where),
        description=_text(facts, "description", where=where),
    )


def _mapping(value: Any, where: str, *, known: set[str] | None = None) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ManifestError(f"{where}: must be an object")
    if known is not None and (unknown := sorted(value.keys() - known)):
        raise ManifestError(f"{where}: unknown field {unknown[0]!r}")
    return value


def _get(facts: dict[str, Any], field: str, where: str) -> tuple[Any, str]:
    name = f"{where}.{field}".lstrip(".")
    if field not in facts:
        raise ManifestError(f"{name}: the field is missing")
    return facts[field], name


def _text(
    facts: dict[str, Any], field: str, form: re.Pattern[str] | None = None, where: str = ""
) -> str:
    value, name = _get(facts, field, where)
    if not isinstance(value, str) or not value.strip():
        raise ManifestError(f"{name}: must be a text that is not empty")
    if form and not form.fullmatch(value):
        raise ManifestError(f"{name}: {value!r} does not match {form.pattern}")
    return value


def _choice(facts: dict[str, Any], field: str, allowed: tuple[Any, ...], where: str = "") -> Any:
    value, name = _get(facts, field, where)
    if type(value) is not type(allowed[0]) or value not in allowed:  # true is no level 1
        raise ManifestError(f"{name}: {value!r} is not one of {', '.join(map(str, allowed))}")
    return value


def _flag(facts: dict[str, Any], field: str) -> bool:
    value = facts.get(field, False)
    if not isinstance(value, bool):
        raise ManifestError(f"{field}: must be true or false")
    return value


def _names(facts: dict[str, Any], field: str) -> tuple[str, ...]:
    value = facts.get(field, [])
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ManifestError(f"{field}: must be a list of names")
    return tuple(value)
