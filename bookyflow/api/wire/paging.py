"""Long lists in pages, by the key of the last item seen (keyset): no page is missed or repeated."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, reduce
from typing import Any, Generic, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.core.exceptions import ValidationError as InvalidValue
from django.db import DataError
from django.db.models import Field, Q, QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from bookyflow.api.wire.converters import FIRST_YEAR, LAST_YEAR
from bookyflow.api.wire.fields import PlainText
from bookyflow.api.wire.parsers import loads
from bookyflow.core.errors import DomainError
from bookyflow.core.listing import Listing

LARGEST_PAGE = 500
MOST = 10_000  # items of a list that is asked for as a whole
LONGEST_CURSOR = 300

Item = TypeVar("Item")
Items = QuerySet[Any, Item] | Listing[Item]
Order = dict[str, Any]  # the fields by the names of lookups


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


def page_of(items: Items[Item], *, limit: int | None = None, cursor: str = "") -> Page[Item]:
    """The items behind `cursor`, at most `limit`, in the order of the list.

    That order is one or two fields, never null, all ascending or all descending, the last one the
    primary key; the first may be that of a related object. One query, and one more for the total
    where the items are not all of the list; a `Listing` tells that with a page. Raises DomainError
    validation_failed for a cursor that is none of this list.
    """
    order = _order(items)
    after = _values(order, cursor) if cursor else []
    size = limit or MOST
    try:
        found, total = _read(items, order, after, size + 1, counted=limit is not None)
    except (DataError, OverflowError):
        if not cursor:
            raise
        raise _no_cursor() from None  # a value of the right form that the database cannot hold
    has_more = len(found) > size
    found = found[:size]
    if total is None:
        total = _count(items) if has_more or cursor else len(found)
    return Page(found, total, _cursor(order, _keyed(items, found[-1])) if has_more else None)


def _read(
    items: Items[Item], order: Order, after: list[Any], size: int, *, counted: bool
) -> tuple[list[Item], int | None]:
    if isinstance(items, Listing):
        return items.read(size, after=after, counted=counted)
    asked = items.filter(_behind(order, after, _step(items))) if after else items
    return list(asked[:size]), None


def _count(items: Items[Any]) -> int:
    return items.count() if isinstance(items, Listing) else items.order_by().count()


def _order(items: Items[Any]) -> Order:
    if isinstance(items, Listing):
        return _fields(items.model, items.order)
    names = tuple(str(name).removeprefix("-") for name in items.query.order_by)
    is_one_way = len({str(name).startswith("-") for name in items.query.order_by}) == 1
    if is_one_way and len(names) in {1, 2} and names[-1] in {"pk", items.model._meta.pk.name}:
        model: Any = items.model
        return _fields(model, names)
    raise ImproperlyConfigured(f"no list in pages by {items.query.order_by}")


def _step(items: QuerySet[Any, Any]) -> str:
    """The lookup of what comes later."""
    return "lt" if str(items.query.order_by[0]).startswith("-") else "gt"


@cache
def _fields(model: Any, names: tuple[str, ...]) -> Order:
    return {name: _field(model, name) for name in names}


def _field(model: Any, name: str) -> Any:
    *relations, last = name.split("__")
    for relation in relations:
        model = model._meta.get_field(relation).related_model
    return model._meta.pk if last == "pk" else model._meta.get_field(last)


def _behind(order: Order, values: list[Any], step: str) -> Q:
    *before, key = order
    *first, last = values
    behind = Q(**{f"{key}__{step}": last})
    for name, value in zip(before, first, strict=True):
        # In this form, since PostgreSQL finds its place in an index by the first condition.
        later = Q(**{f"{name}__{step}": value}) | behind
        behind = Q(**{f"{name}__{step}e": value}) & later
    return behind


def _keyed(items: Items[Item], item: Item) -> Any:
    """What has the keys of an item as attributes."""
    return items.keyed(item) if isinstance(items, Listing) else item


def _cursor(order: Order, item: Any) -> str:
    values = []
    for name, field in order.items():
        *relations, _ = name.split("__")
        values.append(field.value_to_string(reduce(getattr, relations, item)))
    text = json.dumps(values, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _values(order: Order, cursor: str) -> list[Any]:
    fields = list(order.values())
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
