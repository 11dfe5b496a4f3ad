"""Long lists in pages, by the key of the last item seen (keyset): no page is missed or repeated."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from typing import Any, Generic, NamedTuple, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.core.exceptions import ValidationError as InvalidValue
from django.db import DataError
from django.db.models import Field, Model, Q, QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from bookyflow.api.wire.converters import FIRST_YEAR, LAST_YEAR
from bookyflow.api.wire.fields import PlainText
from bookyflow.api.wire.parsers import loads
from bookyflow.core.errors import DomainError

LARGEST_PAGE = 500
MOST = 10_000  # items of a list that is asked for as a whole
LONGEST_CURSOR = 300

Item = TypeVar("Item", bound=Model)


class PageQuery(serializers.Serializer[Any]):
    """The part of a list that is asked for."""

    limit = serializers.IntegerField(
        min_value=1,
        max_value=LARGEST_PAGE,
        required=False,
        help_text=f"Most items of a page; without it all are sent, at most {MOST:,}.",
    )
    cursor = PlainText(
        max_length=LONGEST_CURSOR,
        required=False,
        help_text="Where the page begins: follow `Link` of the page before.",
    )


@dataclass(frozen=True)
class Page(Generic[Item]):
    """Some items of a list in its order, how many it has in all, and the cursor of the next."""

    items: list[Item]
    total: int
    next_cursor: str | None

    def headers(self, request: Request) -> dict[str, str]:
        """X-Total-Count, and Link where there is a next page: a path with its query."""
        found = {"X-Total-Count": str(self.total)}
        if self.next_cursor is not None:
            url = replace_query_param(request.get_full_path(), "cursor", self.next_cursor)
            found["Link"] = f'<{url}>; rel="next"'
        return found


def page_of(items: QuerySet[Item], *, limit: int | None = None, cursor: str = "") -> Page[Item]:
    """The items behind `cursor`, at most `limit`, in the order of the queryset.

    That order is one or two fields, never null, all ascending or all descending, the last one the
    primary key; the first may be that of a related object. One query, and one more for the total
    where the items are not all of the list. Raises DomainError validation_failed for a cursor that
    is none of this list.
    """
    order = _order(items)
    size = limit or MOST
    asked = items.filter(_behind(order, _values(order, cursor))) if cursor else items
    try:
        found = list(asked[: size + 1])
    except (DataError, OverflowError):
        if not cursor:
            raise
        raise _no_cursor() from None  # a value of the right form that the database cannot hold
    has_more = len(found) > size
    found = found[:size]
    total = items.order_by().count() if has_more or cursor else len(found)
    return Page(found, total, _cursor(order, found[-1]) if has_more else None)


class _Order(NamedTuple):
    """The fields of an order by the names of lookups, and which way it goes."""

    fields: dict[str, Field[Any, Any]]
    step: str  # the lookup of what comes later


def _order(items: QuerySet[Any]) -> _Order:
    meta = items.model._meta
    given = [str(name) for name in items.query.order_by]
    bare = [name.removeprefix("-") for name in given]
    names = [meta.pk.name if name == "pk" else name for name in bare]
    downward = {name.startswith("-") for name in given}
    if len(names) in {1, 2} and names[-1] == meta.pk.name and len(downward) == 1:
        fields = {name: _field(items.model, name) for name in names}
        return _Order(fields, "lt" if downward == {True} else "gt")
    raise ImproperlyConfigured(f"no list in pages by {items.query.order_by}")


def _field(model: Any, name: str) -> Any:
    *relations, last = name.split("__")
    for relation in relations:
        model = model._meta.get_field(relation).related_model
    return model._meta.get_field(last)


def _behind(order: _Order, values: list[Any]) -> Q:
    *before, key = order.fields
    *first, last = values
    behind = Q(**{f"{key}__{order.step}": last})
    for name, value in zip(before, first, strict=True):
        # In this form, since PostgreSQL finds its place in an index by the first condition.
        later = Q(**{f"{name}__{order.step}": value}) | behind
        behind = Q(**{f"{name}__{order.step}e": value}) & later
    return behind


def _cursor(order: _Order, item: Model) -> str:
    values = []
    for name, field in order.fields.items():
        *relations, _ = name.split("__")
        values.append(field.value_to_string(reduce(getattr, relations, item)))
    text = json.dumps(values, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _values(order: _Order, cursor: str) -> list[Any]:
    fields = list(order.fields.values())
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        texts = loads(base64.b64decode(padded.encode(), altchars=b"-_", validate=True).decode())
        if isinstance(texts, list) and len(texts) == len(fields):
            return [_value(field, text) for field, text in zip(fields, texts, strict=True)]
    except (binascii.Error, ValueError, InvalidValue):
        pass
    raise _no_cursor()


def _no_cursor() -> DomainError:
    problem = "Invalid cursor for this list."
    return DomainError("validation_failed", f"cursor: {problem}", fields={"cursor": [problem]})


def _value(field: Field[Any, Any], text: Any) -> Any:
    if not isinstance(text, str) or not text:
        raise ValueError(text)
    value = field.to_python(text)
    field.run_validators(value)
    if isinstance(value, datetime) and timezone.is_naive(value):
        raise ValueError(text)
    if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(text)  # in UTC it may lie in no year at all
    return value
