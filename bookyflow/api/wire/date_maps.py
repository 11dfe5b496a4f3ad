"""Maps by date, such as the prices of a year: one value a night."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from bookyflow.api.wire.converters import iso_date
from bookyflow.api.wire.fields import EnteredAmount
from bookyflow.api.wire.lean import LeanDict

ONE_DAY = 86_400  # seconds
EPOCH = date(1970, 1, 1)
MOST_DATES = 4000
_UNIX_TIME = re.compile(r"-?[0-9]{1,12}")


class DatePrice(EnteredAmount):
    """The price of one date; nothing for no price."""

    def to_internal_value(self, data: Any) -> Any:
        """The amount, or None."""
        return None if data == "" else super().to_internal_value(data)

    def to_internal_values(self, data: list[Any]) -> list[Decimal]:
        """As of amounts: each of them is one."""
        return super().to_internal_values(data)


class DateMap(LeanDict):
    """date → value. A date is YYYY-MM-DD, or the unix time of its first second in UTC."""

    default_error_messages = {
        "date": 'The key "{text}" is no date: YYYY-MM-DD or the unix time of 00:00 UTC is needed.',
        "twice": "The date {day} comes twice.",
        "max_length": f"At most {MOST_DATES} dates in one call.",
    }

    def to_internal_value(self, data: Any) -> dict[date, Any]:
        """The values by date."""
        values = super().to_internal_value(data)
        try:
            found = dict(zip(map(_date_of, values), values.values(), strict=True))
        except (ValueError, OverflowError):
            found = {}
        if len(found) < len(values):
            self._refuse(values)
        return found

    def _refuse(self, keys: Iterable[str]) -> None:
        """Raise ValidationError for the first key that is no date, or one that came before."""
        found = set()
        for key in keys:
            try:
                day = _date_of(key)
            except (ValueError, OverflowError):
                self.fail("date", text=key[:40])
            if day in found:
                self.fail("twice", day=day)
            found.add(day)


@lru_cache(maxsize=8192)  # as for iso_date
def _date_of(key: str) -> date:
    """The date that a key names. Raises ValueError or OverflowError."""
    if not _UNIX_TIME.fullmatch(key):
        return iso_date(key)
    days, rest = divmod(int(key), ONE_DAY)
    if rest:
        raise ValueError("not the first second of a day")
    return iso_date((EPOCH + timedelta(days)).isoformat())
