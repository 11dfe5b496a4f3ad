"""Where a page of found properties begins, as text."""

from __future__ import annotations

import base64
import binascii
import json
import re
from decimal import Decimal
from typing import Any

from bookyflow.api.wire.fields import LARGEST_ID
from bookyflow.api.wire.parsers import loads
from bookyflow.availability.search import Position
from bookyflow.availability.search_sql import Order
from bookyflow.core.errors import DomainError
from bookyflow.core.texts import is_text
from bookyflow.reservations.search import MOST_WAITING, START, Place, Waiting

LONGEST = 4000
_NUMBER = re.compile(r"-?[0-9]{1,20}(?:[.][0-9]{1,30})?")


def cursor_of(place: Place, order: Order) -> str:
    """The text of a place."""
    after = place.after and [place.after.key, place.after.property_id]
    waiting = [[f"{one.total:f}", one.property_id] for one in place.waiting]
    text = json.dumps([order, after, waiting], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place_of(cursor: str, order: Order) -> Place:
    """The place that a text stands for. Raises DomainError `validation_failed`."""
    if not cursor:
        return START
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded.encode(), altchars=b"-_", validate=True).decode()
        return _place(*loads(text), order=order)
    except (binascii.Error, TypeError, ValueError):
        problem = "Invalid cursor for this list."
        raise DomainError("validation_failed", fields={"cursor": [problem]}) from None


def _place(named: Any, after: Any, waiting: Any, *, order: Order) -> Place:
    if named != order or len(waiting) > MOST_WAITING:
        raise ValueError(named)
    position = None if after is None else _position(*after, order=order)
    return Place(position, tuple(_waiting(*one) for one in waiting))


def _position(key: Any, property_id: Any, *, order: Order) -> Position:
    is_known = is_text(key) if order == Order.NAME else _NUMBER.fullmatch(key)
    if not is_known:
        raise ValueError(key)
    return Position(key, _id(property_id))


def _waiting(total: Any, property_id: Any) -> Waiting:
    if not _NUMBER.fullmatch(total):
        raise ValueError(total)
    return Waiting(Decimal(total), _id(property_id))


def _id(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_ID:
        raise ValueError(value)
    return value
