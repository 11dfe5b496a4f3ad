"""Reading single fields of a manifest. Pure: no Django, no feature code."""

from __future__ import annotations

import re
from typing import Any


class ManifestError(Exception):
    """A feature is malformed or clashes with another one; says which file and which field."""


def mapping(value: Any, where: str, *, known: set[str] | None = None) -> dict[str, Any]:
    """The value as an object, of these fields where they are given. Raises ManifestError."""
    if not isinstance(value, dict):
        raise ManifestError(f"{where}: must be an object")
    if known is not None and (unknown := sorted(value.keys() - known)):
        raise ManifestError(f"{where}: unknown field {unknown[0]!r}")
    return value


def text(
    facts: dict[str, Any], field: str, form: re.Pattern[str] | None = None, where: str = ""
) -> str:
    """A field that is a text of one line which can be shown. Raises ManifestError."""
    value, name = _get(facts, field, where)
    if not isinstance(value, str) or not value.strip():
        raise ManifestError(f"{name}: must be a text that is not empty")
    if not value.isprintable():
        raise ManifestError(f"{name}: has characters that cannot be shown")
    if form and not form.fullmatch(value):
        raise ManifestError(f"{name}: {value!r} does not match {form.pattern}")
    return value


def optional_text(
    facts: dict[str, Any], field: str, form: re.Pattern[str] | None = None, where: str = ""
) -> str:
    """The same, or empty where the field is missing. Raises ManifestError."""
    return text(facts, field, form, where) if field in facts else ""


def choice(facts: dict[str, Any], field: str, allowed: tuple[Any, ...], where: str = "") -> Any:
    """A field that has one of these values. Raises ManifestError."""
    value, name = _get(facts, field, where)
    if type(value) is not type(allowed[0]) or value not in allowed:  # true is no level 1
        raise ManifestError(f"{name}: {value!r} is not one of {', '.join(map(str, allowed))}")
    return value


def flag(facts: dict[str, Any], field: str) -> bool:
    """A field that is true or false, and false where it is missing. Raises ManifestError."""
    value = facts.get(field, False)
    if not isinstance(value, bool):
        raise ManifestError(f"{field}: must be true or false")
    return value


def names(facts: dict[str, Any], field: str) -> tuple[str, ...]:
    """A field that is a list of names, empty where it is missing. Raises ManifestError."""
    value = facts.get(field, [])
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ManifestError(f"{field}: must be a list of names")
    return tuple(value)


def _get(facts: dict[str, Any], field: str, where: str) -> tuple[Any, str]:
    name = f"{where}.{field}".lstrip(".")
    if field not in facts:
        raise ManifestError(f"{name}: the field is missing")
    return facts[field], name
