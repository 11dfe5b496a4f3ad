from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Left

from bookyflow.accounts.models import AccessLevel
from bookyflow.core import places
from bookyflow.core.languages import DEFAULT, family
from bookyflow.core.listing import Listing
from bookyflow.core.places import Country, Region
from bookyflow.core.texts import by_letters
from bookyflow.properties import sql
from bookyflow.properties.models import (
    KeyProperty,
    ManagerAccess,
    Property,
    PropertyCategory,
    PropertyFeature,
    PropertyText,
    PropertyType,
)


@dataclass(frozen=True)
class Reach:
    """On whose behalf properties are looked for: the user, the user's level, and the key used.

    A test key sees test properties only, and a live one never does.
    """

    user_id: int
    level: int
    key_id: int
    all_properties: bool
    is_test: bool


def reachable(reach: Reach, *, deleted_since: datetime | None = None) -> QuerySet[Property]:
    """The properties that a request may touch at all, in order of their ids.

    With `deleted_since` also those that it could touch until they were deleted, not before then.
    """
    exists = Q(deleted_at=None)
    if deleted_since is not None:
        exists |= Q(deleted_at__gte=deleted_since)
    found = Property.objects.filter(exists, is_test=reach.is_test)
    if reach.level < AccessLevel.SUPER_MANAGER:
        found = found.filter(
            Exists(ManagerAccess.objects.filter(user=reach.user_id, property=OuterRef("pk")))
        )
    if not reach.all_properties:
        found = found.filter(
            Exists(KeyProperty.objects.filter(key=reach.key_id, property=OuterRef("pk")))
        )
    return found.order_by("pk")


class _Keyed(NamedTuple):
    """What an id is found again by."""

    id: int


def reachable_ids(reach: Reach) -> Listing[int]:
    """The ids of what is `reachable`, in order."""
    every = reach.level >= AccessLevel.SUPER_MANAGER
    parameters: dict[str, Any] = {"is_test": reach.is_test}
    if not every:
        parameters["user_id"] = reach.user_id
    if not reach.all_properties:
        parameters["key_id"] = reach.key_id
    return Listing(
        model=Property,
        order=("pk",),
        sql=sql.reached(every=every, all_of_key=reach.all_properties),
        made=lambda rows: [found for (found,) in rows],
        parameters=parameters,
        keyed=_Keyed,
    )


def property_names(*, properties: Iterable[Property], language: str) -> dict[int, str]:
    """What properties are called in a language, by id in the order given; one query."""
    properties = list(properties)
    field = PropertyText.Field.NAME
    texts = property_texts(
        property_ids=[one.pk for one in properties], language=language, fields=[field]
    )
    return {one.pk: texts.get(one.pk, {}).get(field) or one.name for one in properties}


def authorised_properties(*, user_ids: Iterable[int], reach: Reach) -> dict[int, list[int]]:
    """The ids of the reachable properties that were assigned to each account; one query.

    A super manager works on all, and is assigned to few.
    """
    rows = ManagerAccess.objects.filter(
        user__in=list(user_ids), property__in=reachable(reach).order_by()
    ).order_by("user_id", "property_id")
    found: dict[int, list[int]] = {}
    for user_id, property_id in rows.values_list("user_id", "property_id"):
        found.setdefault(user_id, []).append(property_id)
    return found


def property_texts(
    *,
    property_ids: Iterable[int],
    language: str,
    fields: Iterable[str] = tuple(PropertyText.Field.values),
) -> dict[int, dict[str, str]]:
    """Texts of properties in one language: property id → field → text, in one query.

    A field without a text in `language` falls back to another form of it (de or de-DE for de-CH),
    then to the property's own language, then to another form of that, then to en-GB.
    """
    rows = (
        PropertyText.objects.filter(property__in=property_ids, field__in=list(fields))
        .annotate(family=Left("language", 2), own=F("property__settings__language"))
        .filter(
            Q(family=family(language))
            | Q(language=DEFAULT)
            | Q(family=Left("property__settings__language", 2))
        )
        .order_by("language")  # so that "de" comes before "de-AT"
        .values_list("property", "field", "language", "text", "own")
    )
    found: dict[int, dict[str, str]] = {}
    best: dict[tuple[int, str], int] = {}
    for property_id, field, text_language, text, own in rows:
        rank = _rank(text_language, language, own or DEFAULT)
        if rank < best.get((property_id, field), LAST):
            best[property_id, field] = rank
            found.setdefault(property_id, {})[field] = text
    return found


LAST = 5


def _rank(language: str, wanted: str, own: str) -> int:
    """How good a text in `language` is for who wants another; 0 is best."""
    ranks = [
        language == wanted,
        family(language) == family(wanted),
        language == own,
        family(language) == family(own),
    ]
    return ranks.index(True) if True in ranks else LAST - 1


def texts_list(*, property_id: int) -> QuerySet[PropertyText]:
    """Every text of a property in every language, by field and language."""
    return PropertyText.objects.filter(property=property_id).order_by("field", "language")


def property_text(*, property_id: int, field: PropertyText.Field, language: str) -> str:
    """One text of a property, with the fallbacks of `property_texts`; "" where there is none."""
    return (
        property_texts(property_ids=[property_id], language=language)
        .get(property_id, {})
        .get(field, "")
    )


def property_categories() -> QuerySet[PropertyCategory]:
    """What properties are offered for, in the order of their ids."""
    return PropertyCategory.objects.all()


def features_usable(*, prop: Property) -> QuerySet[PropertyFeature]:
    """The features that a property can have: site-wide ones that fit its type, and its own."""
    fits = Q(property_types=prop.property_type_id) | Q(property_types=None)
    return PropertyFeature.objects.filter(Q(property=prop) | Q(property=None) & fits)


def property_types() -> QuerySet[PropertyType]:
    """The published property types by name."""
    return PropertyType.objects.filter(is_published=True)


def countries_of(properties: QuerySet[Property], *, language: str) -> list[Country]:
    """The countries in which properties lie, ordered by their names in `language`."""
    codes = properties.order_by().values_list("country", flat=True).distinct()
    named = [
        replace(places.countries()[code], name=places.country_name(code, language))
        for code in codes
    ]
    return sorted(named, key=lambda country: country.name)


def regions_of(properties: QuerySet[Property], *, language: str) -> list[Region]:
    """The regions in which properties lie, by country and their names in `language`."""
    codes = properties.order_by().exclude(region="").values_list("region", flat=True).distinct()
    named = [
        replace(region, name=places.region_name(region.code, language))
        for region in filter(None, map(places.region, codes))
    ]
    return sorted(named, key=lambda region: (region.country, region.name))


def towns_of(properties: QuerySet[Property]) -> dict[str, int]:
    """The towns in which properties lie, by name, with how many lie there."""
    counted = properties.order_by().exclude(town="").values("town").annotate(n=Count("pk"))
    return dict(
        sorted(counted.values_list("town", "n"), key=lambda item: (by_letters(item[0]), item[0]))
    )


@dataclass(frozen=True)
class TownCurrency:
    """A currency in which properties of a town sell; `region` is that of one of them, or ""."""

    town: str
    currency: str
    region: str


def town_currencies_of(properties: QuerySet[Property]) -> list[TownCurrency]:
    """The currencies of each town in which properties lie, by town and code, each once."""
    found = (
        properties.exclude(town="")
        .order_by("town", "settings__currency", "region")
        .distinct("town", "settings__currency")
        .values_list("town", "settings__currency", "region")
    )
    return sorted((TownCurrency(*row) for row in found), key=lambda one: by_letters(one.town))


def published_property(property_id: int) -> Property | None:
    """A property that anybody may look at, with its settings and type; None for any other."""
    return (
        Property.objects.select_related("settings", "property_type")
        .filter(pk=property_id, deleted_at=None, is_published=True, is_approved=True)
        .first()
    )
