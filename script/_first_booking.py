"""Make a first booking at the running script/server, as its API's clients do, and time each step.

With the key pair of the demonstration, from var/demo.json: a token, the properties, a price, the
booking, and the booking read back. Every run books two nights more. README has the same calls as
lines for a shell. Needs Python 3.11 and nothing else.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

API = "/bookyflow/api"
DAYS_AHEAD = 100
PATIENCE = 30  # seconds for an answer
GUESTS = 2
PRICE = f"{API}/cmf/property/price/{{}}/{{}}/{{}}/{GUESTS}"
GUEST = {
    "name": "Mary",
    "surname": "Somerville",
    "email": "mary@guest.example",
    "phone": "+44 1834 000000",
    "address": "1 High Street",
    "post_code": "SA70 7BX",
    "country_code": "GB",
}


class Refused(Exception):
    """What ends the walk, in words for a person."""


class Site:
    """The running site and the key pair for it."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.url = facts["url"]
        self._pair = f"{facts['client_id']}:{facts['client_secret']}"
        self._headers = {"X-BOOKYFLOW-channel-name": facts["channel"]}

    def sign_in(self) -> None:
        """Get a token and send it from now on."""
        pair = base64.b64encode(self._pair.encode()).decode()
        form = urllib.parse.urlencode({"grant_type": "client_credentials"}).encode()
        answer = self._ask("POST", f"{API}/oauth/token", form, {"Authorization": f"Basic {pair}"})
        self._headers["Authorization"] = f"Bearer {answer['access_token']}"

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """What lies under "data" in the answer of an endpoint."""
        sent = None if body is None else json.dumps(body).encode()
        headers = self._headers | ({"Content-Type": "application/json"} if sent else {})
        return self._ask(method, path, sent, headers)["data"]

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Any:
        request = urllib.request.Request(self.url + path, body, headers, method=method)  # noqa: S310  # the site's
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310  # the same
                return json.load(answer)
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
            raise Refused(f"{method} {path} answered {error.code}:\n{text}") from None
        except OSError as error:
            raise Refused(
                f"{self.url} does not answer ({error}). Is script/server running?"
            ) from None


def main() -> int:
    """Walk the five steps; 0 where the booking can be read back."""
    parser = argparse.ArgumentParser(
        prog="script/first-booking",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.parse_args()
    try:
        walk(Site(demo_facts()))
    except Refused as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def demo_facts() -> dict[str, Any]:
    """What script/server has written down about its demonstration."""
    root = Path(__file__).resolve().parent.parent
    path = Path(os.environ.get("BOOKYFLOW_VAR", root / "var")) / "demo.json"
    try:
        facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Refused(
            f"{path} is missing. Start script/server first, in a terminal of its own."
        ) from None
    return facts


def walk(site: Site) -> None:
    """Token, properties, price, booking, and the booking read back."""
    arrival = datetime.now(UTC).date() + timedelta(days=DAYS_AHEAD)
    last_night = arrival + timedelta(days=1)
    began = time.monotonic()

    step("token", site.sign_in)
    ids = step("properties", lambda: site.call("GET", f"{API}/properties/all"))["ids"]
    path = PRICE.format(ids[0], arrival, last_night)
    price = step("price", lambda: site.call("GET", path))["response"][str(GUESTS)]
    body = reservation(ids[0], arrival.isoformat(), last_night.isoformat(), price["total"])
    made = step("booking", lambda: site.call("PUT", f"{API}/cmf/reservations/add", body))
    (booked,) = made["response"]["successful_bookings"].values()
    link = booked["link"]
    path = f"{API}/cmf/property/booking/{ids[0]}/{link['contract_uid']}"
    step("read back", lambda: site.call("GET", path))

    print(f"{time.monotonic() - began:6.2f} s  in all")
    print(f"Booking {link['booking_number']} at {link['property_name']}:")
    print(f"nights {arrival} and {last_night}, {price['total']} {price['currency_code']}.")


def step(name: str, call: Any) -> Any:
    """The answer of a call; prints the seconds that it took."""
    began = time.monotonic()
    answer = call()
    print(f"{time.monotonic() - began:6.2f} s  {name}", flush=True)
    return answer


def reservation(property_id: int, arrival: str, last_night: str, price: str) -> dict[str, Any]:
    """The body of a channel's reservation, with a number of its own in each run."""
    one = {
        "remote_reservation_id": f"FIRST-{time.time_ns()}",
        "referrer": "script/first-booking",
        "guest_info": GUEST,
        "stay_infos": [
            {
                "property_id": property_id,
                "date_from": arrival,
                "date_to": last_night,
                "channel_price": price,
                "guest_number": GUESTS,
            }
        ],
    }
    return {"reservations": {"reservations": [one]}}
