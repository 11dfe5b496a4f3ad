"""Long lists in pages, by the key of the last item seen (keyset): no page is missed or repeated."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

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

    That order is one or two fields, ascending and never null, the last one the primary key. One
    query, and one more for the total where the items are not all of the list. Raises DomainError
    validation_failed for a cursor that is none of this list.
    """
    fields = _order(items)
    size = limit or MOST
    asked = items.filter(_behind(fields, _values(fields, cursor))) if cursor else items
    try:
        found = list(asked[: size + 1])
    except (DataError, OverflowError):
        if not cursor:
            raise
        raise _no_cursor() from None  # a value of the right form that the database cannot hold
    has_more = len(found) > size
    found = found[:size]
    total = items.order_by().count() if has_more or cursor else len(found)
    return Page(found, total, _cursor(fields, found[-1]) if has_more else None)


def _order(items: QuerySet[Any]) -> list[Field[Any, Any]]:
    meta = items.model._meta
    names = [meta.pk.name if name == "pk" else name for name in items.query.order_by]
    if len(names) in {1, 2} and names[-1] == meta.pk.name:
        return [meta.get_field(name) for name in names]
    raise ImproperlyConfigured(f"no list in pages by {items.query.order_by}")


def _behind(fields: list[Field[Any, Any]], values: list[Any]) -> Q:
    *before, key = [field.name for field in fields]
    *first, last = values
    behind = Q(**{f"{key}__gt": last})
    for name, value in zip(before, first, strict=True):
        # In this form, since PostgreSQL finds its place in an index by the first condition.
        behind = Q(**{f"{name}__gte": value}) & (Q(**{f"{name}__gt": value}) | behind)
    return behind


def _cursor(fields: list[Field[Any, Any]], item: Model) -> str:
    values = [field.value_to_string(item) for field in fields]
    text = json.dumps(values, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _values(fields: list[Field[Any, Any]], cursor: str) -> list[Any]:
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
