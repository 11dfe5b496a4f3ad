"""What a client of the API does in one go: token, price, booking, payment, cancellation."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Any

import httpx

from benchmarks.client import Client
from benchmarks.hotel import reservation

AHEAD = timedelta(days=300)  # beyond what the crowd books
GUESTS = 2
PAID = "10.00"


def journey(client: Client, uid: int, *, pays: bool = True) -> str:
    """Go through it at a hotel; what was done, for people. Raises where a step fails.

    Whoever does not pay uses calls of version 0.2.0 only.
    """
    first = date.today() + AHEAD  # noqa: DTZ011  # any day will do
    nights = first.isoformat(), (first + timedelta(days=1)).isoformat()
    price = client.get(f"/cmf/property/price/{uid}/{nights[0]}/{nights[1]}/{GUESTS}")
    total = price[str(GUESTS)]["total"]
    remote = f"JOURNEY-{time.time_ns()}"
    stay = {
        "property_id": uid,
        "date_from": nights[0],
        "date_to": nights[1],
        "channel_price": total,
        "guest_number": GUESTS,
    }
    made = client.put("/cmf/reservations/add", reservation(remote, stay))
    (booked,) = made["successful_bookings"].values()
    booking = booked["link"]["contract_uid"]
    done = f"token, price {total}, booking {booking}"
    if pays:
        done += f", paid {_pay(client, uid, booking)}"
    client.put("/cmf/reservations/cancel", {"reservation_ids": [remote]})
    full = client.get(f"/cmf/property/booking/{uid}/{booking}")
    status = full[0]["status"]["status_text"] if isinstance(full, list) else full["status"]
    if status != "Cancelled":
        raise RuntimeError(f"booking {booking} is {status} after its cancellation")
    return f"{done}, cancelled"


def _pay(client: Client, uid: int, booking: int) -> Any:
    path = f"/desk/{uid}/bookings/{booking}/payments"
    answer = client.call("POST", path, {"amount": PAID, "method": "cash"})
    if answer.status_code not in {httpx.codes.OK, httpx.codes.CREATED}:
        raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:300]}")
    (payment,) = [one for one in answer.json()["data"].values() if isinstance(one, dict)]
    if payment["booking"]["paid"] != PAID:
        raise RuntimeError(f"{PAID} were paid, {payment['booking']['paid']} are noted")
    return PAID
