"""Quotes and requests as they are signed and stored: named plain values, with a version.

What is stored is read for as long as bookings are kept. So the keys here are no field names that
may change: a new field gets a new key, which is read with a default; keys that are not known are
ignored. What older texts could not be read as needs another version, and to be read as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from bookyflow.availability.nights import OccupiedNights
from bookyflow.core.dates import Stay
from bookyflow.pricing.lines import Breakdown, Line, LineKind, Rule
from bookyflow.reservations.quotes.basis_codec import basis_json, basis_of
from bookyflow.reservations.quotes.quote import Quote, QuotedRoom
from bookyflow.reservations.quotes.stored import check_version, versioned
from bookyflow.reservations.stay_request import BookingRequest, RoomRequest, StayRequest


def quote_json(quote: Quote) -> dict[str, Any]:
    """Plain values, from which `quote_of` makes the same quote."""
    return versioned(
        {
            "property": quote.property_id,
            "request": _request_json(quote.stay_request),
            "arrival": quote.stay.arrival.isoformat(),
            "departure": quote.stay.departure.isoformat(),
            "nights_from": quote.nights.first.isoformat(),
            "nights_end": quote.nights.end.isoformat(),
            "rooms": [_quoted_room_json(room) for room in quote.rooms],
            "currency": quote.breakdown.currency,
            "lines": [_line_json(line) for line in quote.breakdown.lines],
            "mean_night": str(quote.breakdown.mean_night),
            "deposit": str(quote.deposit),
            "security": str(quote.security),
            "coupon": quote.coupon_id,
            "guest": quote.guest_id,
            **({"basis": basis_json(quote.basis)} if quote.basis else {}),
        }
    )


def quote_of(kept: Mapping[str, Any]) -> Quote:
    """The quote that `quote_json` was made of. Raises UnknownVersion."""
    check_version(kept)
    return Quote(
        property_id=kept["property"],
        stay_request=_request_of(kept["request"]),
        stay=Stay(_date(kept["arrival"]), _date(kept["departure"])),
        nights=OccupiedNights.stored(_date(kept["nights_from"]), _date(kept["nights_end"])),
        rooms=tuple(map(_quoted_room_of, kept["rooms"])),
        breakdown=Breakdown(
            kept["currency"], tuple(map(_line_of, kept["lines"])), Decimal(kept["mean_night"])
        ),
        deposit=Decimal(kept["deposit"]),
        security=Decimal(kept["security"]),
        coupon_id=kept.get("coupon"),
        guest_id=kept.get("guest"),
        basis=basis_of(kept.get("basis", {})),
    )


def request_json(request: BookingRequest) -> dict[str, Any]:
    """Plain values, from which `request_of` makes the same request."""
    return versioned({**_request_json(request.stay_request), "guest": request.guest_id})


def request_of(kept: Mapping[str, Any]) -> BookingRequest | None:
    """The request of a booking; None for one that was made without. Raises UnknownVersion."""
    if not kept:
        return None
    check_version(kept)
    return BookingRequest(_request_of(kept), guest_id=kept.get("guest"))


def _request_json(stay_request: StayRequest) -> dict[str, Any]:
    return {
        "arrival": stay_request.arrival.isoformat(),
        "departure": stay_request.departure.isoformat() if stay_request.departure else None,
        "rooms": [
            {
                "room_type": room.room_type_id,
                "room": room.room_id,
                "tariff_type": room.tariff_type_id,
                "adults": room.adults,
                "children": room.children,
            }
            for room in stay_request.rooms
        ],
        "adults": stay_request.adults,
        "child_ages": list(stay_request.child_ages),
        "extras": {str(key): quantity for key, quantity in stay_request.extras.items()},
        "guest_types": {str(key): quantity for key, quantity in stay_request.guest_types.items()},
        "coupon_code": stay_request.coupon,
        "agreed": None if stay_request.agreed is None else str(stay_request.agreed),
    }


def _request_of(kept: Mapping[str, Any]) -> StayRequest:
    agreed = kept.get("agreed")
    return StayRequest(
        arrival=_date(kept["arrival"]),
        departure=_date(kept["departure"]) if kept["departure"] else None,
        rooms=tuple(
            RoomRequest(
                room_type_id=room.get("room_type"),
                room_id=room.get("room"),
                tariff_type_id=room.get("tariff_type"),
                adults=room.get("adults"),
                children=room.get("children", 0),
            )
            for room in kept["rooms"]
        ),
        adults=kept["adults"],
        child_ages=tuple(kept.get("child_ages", ())),
        extras=_quantities(kept.get("extras", {})),
        guest_types=_quantities(kept.get("guest_types", {})),
        coupon=kept.get("coupon_code", ""),
        agreed=None if agreed is None else Decimal(agreed),
    )


def _quoted_room_json(room: QuotedRoom) -> dict[str, Any]:
    return {
        "room_type": room.room_type_id,
        "room_type_name": room.room_type,
        "tariff_type": room.tariff_type_id,
        "tariff_name": room.tariff,
        "room": room.room_id,
        "adults": room.adults,
    }


def _quoted_room_of(kept: Mapping[str, Any]) -> QuotedRoom:
    return QuotedRoom(
        room_type_id=kept["room_type"],
        room_type=kept["room_type_name"],
        adults=kept["adults"],
        tariff_type_id=kept.get("tariff_type"),
        tariff=kept.get("tariff_name", ""),
        room_id=kept.get("room"),
    )


def _line_json(line: Line) -> dict[str, Any]:
    return {
        "kind": line.kind.value,
        "rule": line.rule.value,
        "name": line.name,
        "values": dict(line.values),
        "first_night": line.first_night.isoformat() if line.first_night else None,
        "last_night": line.last_night.isoformat() if line.last_night else None,
        "quantity": line.quantity,
        "unit": str(line.unit),
        "net": str(line.net),
        "tax_percent": str(line.tax_percent),
        "tax": str(line.tax),
        "gross": str(line.gross),
        "source_kind": line.source_kind,
        "source": line.source_id,
    }


def _line_of(kept: Mapping[str, Any]) -> Line:
    first, last = kept.get("first_night"), kept.get("last_night")
    return Line(
        kind=LineKind(kept["kind"]),
        rule=Rule(kept["rule"]),
        name=kept["name"],
        values=kept["values"],
        first_night=_date(first) if first else None,
        last_night=_date(last) if last else None,
        quantity=kept["quantity"],
        unit=Decimal(kept["unit"]),
        net=Decimal(kept["net"]),
        tax_percent=Decimal(kept["tax_percent"]),
        tax=Decimal(kept["tax"]),
        gross=Decimal(kept["gross"]),
        source_kind=kept.get("source_kind", ""),
        source_id=kept.get("source"),
    )


def _quantities(kept: Mapping[str, int]) -> dict[int, int]:
    return {int(key): quantity for key, quantity in kept.items()}


def _date(kept: str) -> date:
    return date.fromisoformat(kept)
