"""What the site offers to choose from, with names in a language, ordered by these."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q

from bookyflow.core.seeded_names import name_in
from bookyflow.core.texts import by_letters
from bookyflow.properties.models import (
    FeatureCategory,
    Property,
    PropertyCategory,
    PropertyFeature,
    PropertyType,
)
from bookyflow.properties.selectors import property_types


@dataclass(frozen=True)
class Entry:
    """An entry of a dictionary, by its name in the language that was asked for."""

    pk: int
    name: str
    description: str = ""


@dataclass(frozen=True)
class SharedFeature(Entry):
    """A feature that any property may have; in no category: 0 and ""."""

    is_searched: bool = True
    category_id: int = 0
    category: str = ""
    property_type_ids: tuple[int, ...] = ()


Named = TypeVar("Named", bound=Entry)


def property_types_named(*, language: str, unpublished: bool = False) -> list[Entry]:
    """The published property types, and on request those that are not."""
    known = PropertyType.objects.all() if unpublished else property_types()
    rows = known.values_list("pk", "name")
    return ordered(
        Entry(pk, name_in(language, kind="property_type", pk=pk, name=name)) for pk, name in rows
    )


def categories_named(*, language: str) -> list[Entry]:
    """What properties are offered for."""
    rows = PropertyCategory.objects.values_list("pk", "title", "description")
    return ordered(
        Entry(pk, name_in(language, kind="property_category", pk=pk, name=title), description)
        for pk, title, description in rows
    )


def feature_categories_named(*, language: str) -> list[Entry]:
    """The groups of features."""
    rows = FeatureCategory.objects.values_list("pk", "name")
    return ordered(Entry(pk, _category_in(language, pk, name)) for pk, name in rows)


def features_named(*, language: str) -> list[SharedFeature]:
    """The features that belong to no single property; one query."""
    rows = (
        PropertyFeature.objects.filter(property=None)
        .select_related("category")
        .annotate(
            types=ArrayAgg(
                "property_types", filter=~Q(property_types=None), order_by="property_types"
            )
        )
    )
    return ordered(
        SharedFeature(
            row.pk,
            name_in(language, kind="feature", pk=row.pk, name=row.name),
            row.description,
            row.include_in_filters,
            row.category_id or 0,
            _category_in(language, row.category.pk, row.category.name) if row.category else "",
            tuple(row.types or ()),
        )
        for row in rows
    )


def features_of(*, prop: Property, language: str) -> list[Entry]:
    """The features that a property has, shared ones and its own; one query."""
    rows = prop.features.values_list("pk", "name", "description")
    return ordered(
        Entry(pk, name_in(language, kind="feature", pk=pk, name=name), description)
        for pk, name, description in rows
    )


def _category_in(language: str, pk: int, name: str) -> str:
    return name_in(language, kind="feature_category", pk=pk, name=name)


def ordered(entries: Iterable[Named]) -> list[Named]:
    """Entries by their names."""
    return sorted(entries, key=lambda entry: (by_letters(entry.name), entry.pk))
