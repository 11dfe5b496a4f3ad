"""Values of the document's examples."""

from __future__ import annotations

from typing import Any

QUOTE_REQUEST = {
    "property_uid": 3,
    "arrival": "2027-06-10",
    "departure": "2027-06-13",
    "rooms": [{"room_type_uid": 1, "adults": 2}],
    "extras": {"7": 1},
}


def _line(**differs: Any) -> dict[str, Any]:
    return {
        "kind": "accommodation",
        "rule": "per_room",
        "description": "Double room",
        "explanation": "Tariff Flexible: 3 night(s) at 120.00.",
        "first_night": "2027-06-10",
        "last_night": "2027-06-12",
        "quantity": 3,
        "unit": "120.00",
        "net": "300.00",
        "tax_rate": "20.00",
        "tax": "60.00",
        "gross": "360.00",
    } | differs


LINES = [
    _line(),
    _line(
        kind="extra",
        rule="extra",
        description="Breakfast",
        explanation="8.00 per person per night, 6 times.",
        first_night=None,
        last_night=None,
        quantity=6,
        unit="8.00",
        net="43.64",
        tax_rate="10.00",
        tax="4.36",
        gross="48.00",
    ),
]
STAY = {
    "property_uid": 3,
    "arrival": "2027-06-10",
    "departure": "2027-06-13",
}
PRICE = {"currency_code": "EUR", "total": "408.00", "deposit_required": "81.60"}
QUOTE = {
    "quote": "eJx9jk1uwzAMRK…:1wXyZ2:Qb0mN7kP…",
    "expires_at": "2027-05-01T10:30:00Z",
    **STAY,
    "nights": 3,
    "adults": 2,
    "children": 0,
    "rooms": [
        {
            "room_type_uid": 1,
            "room_type": "Double room",
            "tariff_type_uid": 64,
            "tariff": "Flexible",
            "adults": 2,
        }
    ],
    "lines": LINES,
    **PRICE,
    "net": "343.64",
    "tax": "64.36",
    "security_deposit": "0.00",
}
REFERENCE = {
    "reference": "5174092837",
    "token": "c1f0c6a0b9d24f3f8a7f5f0f3d7f1a2b9c8d7e6f5a4",
}
HOLD = {**REFERENCE, "expires_at": "2027-05-01T11:00:00Z", **STAY, **PRICE}
CONFIRM = {
    "reference": "5174092837",
    "guest": {
        "firstname": "Ada",
        "surname": "Berger",
        "email": "ada.berger@mail.example",
        "tel_mobile": "+43 660 000000",
        "country": "AT",
        "region": "AT-9",
    },
    "remarks": "Late arrival",
}
BOOKING = {
    **REFERENCE,
    "status": "provisional",
    **STAY,
    "property_name": "Harbour House",
    "adults": 2,
    "children": 0,
    "lines": LINES,
    **PRICE,
    "paid": "0.00",
    "pay_by": "2027-05-04T10:00:00Z",
    "balance": "408.00",
    "version": 1,
}
