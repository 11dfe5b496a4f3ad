"""What a booking is at one moment, to be told of later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self

from procrastinate.types import JSONValue

from bookyflow.pricing.lines import LineKind
from bookyflow.reservations.models import Booking, BookingLine


@dataclass(frozen=True)
class BookingFacts:
    """State, stay and account of a booking; nothing about its guest.

    `departure` is the day on which the guest leaves. `lines` are those not taken back, each with
    kind, rule, name, values and gross amount in the booking's currency; what staff typed of a
    service is not among them, since it may name somebody.
    """

    state: str
    arrival: date
    departure: date
    adults: int
    children: int
    total: Decimal
    deposit_required: Decimal
    paid: Decimal
    pay_by: datetime | None
    lines: tuple[tuple[str, str, str, Mapping[str, Any], Decimal], ...]

    @classmethod
    def of(cls, booking: Booking, *, lines: Iterable[BookingLine] | None = None) -> Self:
        """The facts as they are now; one query where `lines`, all that there are, is not given."""
        if lines is None:
            lines = booking.lines.filter(reverses=None, reversed_by=None)
        return cls(
            state=booking.state,
            arrival=booking.arrival,
            departure=booking.departs_on,
            adults=booking.adults,
            children=booking.children,
            total=booking.total,
            deposit_required=booking.deposit_required,
            paid=booking.paid,
            pay_by=booking.pay_by,
            lines=tuple(
                (line.kind, line.rule, _named(line), line.values, line.gross) for line in lines
            ),
        )

    def to_json(self) -> dict[str, JSONValue]:
        """Texts, numbers and lists, for `from_json`."""
        return {
            "state": str(self.state),
            "arrival": self.arrival.isoformat(),
            "departure": self.departure.isoformat(),
            "adults": self.adults,
            "children": self.children,
            "total": str(self.total),
            "deposit_required": str(self.deposit_required),
            "paid": str(self.paid),
            "pay_by": self.pay_by.isoformat() if self.pay_by else None,
            "lines": [
                [str(kind), rule, name, dict(values), str(gross)]
                for kind, rule, name, values, gross in self.lines
            ],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The facts of `to_json`."""
        return cls(
            state=data["state"],
            arrival=date.fromisoformat(data["arrival"]),
            departure=date.fromisoformat(data["departure"]),
            adults=data["adults"],
            children=data["children"],
            total=Decimal(data["total"]),
            deposit_required=Decimal(data["deposit_required"]),
            paid=Decimal(data["paid"]),
            pay_by=datetime.fromisoformat(data["pay_by"]) if data["pay_by"] else None,
            lines=tuple((*what, Decimal(gross)) for *what, gross in data["lines"]),
        )


def _named(line: BookingLine) -> str:
    return "" if line.kind == LineKind.SERVICE else line.name
