"""Quotes as plain values, to be signed and stored, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from bookyflow.availability.nights import OccupiedNights
from bookyflow.core.dates import Stay
from bookyflow.pricing.lines import Breakdown, Line, LineKind, Rule
from bookyflow.reservations.quotes.quote import Quote, QuotedRoom
from bookyflow.reservations.wishes import StayWish

_DECIMALS = ("unit", "net", "tax_percent", "tax", "gross")
_DATES = ("first_night", "last_night")


def quote_json(quote: Quote) -> dict[str, Any]:
    """Plain values, from which `quote_of` makes the same quote."""
    return {
        "property": quote.property_id,
        "wish": quote.wish.as_json(),
        "stay": [quote.stay.arrival.isoformat(), quote.stay.departure.isoformat()],
        "nights": [quote.nights.first.isoformat(), quote.nights.end.isoformat()],
        "rooms": [list(asdict(room).values()) for room in quote.rooms],
        "currency": quote.breakdown.currency,
        "lines": [_line_json(line) for line in quote.breakdown.lines],
        "night": str(quote.breakdown.mean_night),
        "deposit": str(quote.deposit),
        "security": str(quote.security),
        "coupon": quote.coupon_id,
        "guest": quote.guest_id,
    }


def quote_of(kept: dict[str, Any]) -> Quote:
    """The quote that `quote_json` was made of."""
    lines = tuple(_line_of(values) for values in kept["lines"])
    return Quote(
        property_id=kept["property"],
        wish=StayWish.from_json(kept["wish"]),
        stay=Stay(*map(date.fromisoformat, kept["stay"])),
        nights=OccupiedNights.stored(*map(date.fromisoformat, kept["nights"])),
        rooms=tuple(QuotedRoom(*values) for values in kept["rooms"]),
        breakdown=Breakdown(kept["currency"], lines, Decimal(kept["night"])),
        deposit=Decimal(kept["deposit"]),
        security=Decimal(kept["security"]),
        coupon_id=kept["coupon"],
        guest_id=kept["guest"],
    )


def _line_json(line: Line) -> list[Any]:
    return [
        value if isinstance(value, int) or value is None else str(value)
        for value in asdict(line).values()
    ]


def _line_of(values: Sequence[Any]) -> Line:
    named = dict(zip(Line.__dataclass_fields__, values, strict=True))
    named |= {name: Decimal(named[name]) for name in _DECIMALS}
    named |= {name: date.fromisoformat(named[name]) for name in _DATES if named[name]}
    return Line(**{**named, "kind": LineKind(named["kind"]), "rule": Rule(named["rule"])})
