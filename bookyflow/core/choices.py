"""Enums of plain Python as the choices of a model's field."""

from __future__ import annotations

from enum import StrEnum


def label(one: StrEnum) -> str:
    """A member's name for people: "No Show Fee" for NO_SHOW_FEE."""
    return one.name.replace("_", " ").title()


def choices_of(kinds: type[StrEnum]) -> list[tuple[str, str]]:
    """The values of an enum with their labels, in order."""
    return [(one.value, label(one)) for one in kinds]


def values_of(kinds: type[StrEnum]) -> list[str]:
    """The values of an enum, in order."""
    return [one.value for one in kinds]
