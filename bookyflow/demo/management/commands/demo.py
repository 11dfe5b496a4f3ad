from __future__ import annotations

import json
import os
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bookyflow.demo.example import DOUBLE, GUEST, TWIN
from bookyflow.demo.services import CHANNEL, Demo, Example, demo_make

DAYS_AHEAD = 200
POST = "curl -s -X POST -H 'Content-Type: application/json'"


class Command(BaseCommand):
    """Makes the data to try BookyFlow with, once, and says how to begin."""

    help = "Make the demonstration's data where it is missing; print logins, key pair and calls."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--url: where the server answers."""
        parser.add_argument("--url", default="http://127.0.0.1:8000")

    def handle(self, *, url: str, **options: Any) -> None:
        """Make, print, and keep the same facts in var/demo.json."""
        if settings.PRODUCTION:
            raise CommandError("Known passwords have no place in production.")
        path = settings.VAR_DIR / "demo.json"
        demo = demo_make(known=_read(path))
        curl, booking = curl_lines(url, demo), booking_lines(url, demo)
        quotes = [quote_line(url, example) for example in demo.examples]
        facts = {
            "url": url,
            "client_id": demo.client_id,
            "client_secret": demo.client_secret,
            "channel": CHANNEL,
            "logins": demo.logins,
            "properties": demo.properties,
            "curl": curl,
            "curl_booking": booking,
            "curl_quotes": quotes,
        }
        _write(path, facts)
        self.stdout.write(_text(url, demo))


def curl_lines(url: str, demo: Demo) -> list[str]:
    """Five lines for a shell: token, list, price, book, read back."""
    today = timezone.now().date()
    arrival = today + timedelta(days=DAYS_AHEAD)
    last_night = arrival + timedelta(days=1)
    property_id = next(iter(demo.properties.values()))
    api = f"{url}/bookyflow/api"
    auth = '-H "Authorization: Bearer $TOKEN"'
    channel = f'{auth} -H "X-BOOKYFLOW-channel-name: {CHANNEL}"'
    reservation = {
        "remote_reservation_id": f"CURL-{today:%Y%m%d}",
        "referrer": "curl",
        "guest_info": {
            "name": "Mary",
            "surname": "Somerville",
            "email": "mary@guest.example",
            "phone": "+44 1834 000000",
            "address": "1 High Street",
            "post_code": "SA70 7BX",
            "country_code": "GB",
        },
        "stay_infos": [
            {
                "property_id": property_id,
                "date_from": arrival.isoformat(),
                "date_to": last_night.isoformat(),
                "channel_price": "220.00",
                "guest_number": 2,
            }
        ],
    }
    body = json.dumps({"reservations": {"reservations": [reservation]}})
    first_id = (
        "import json,sys; "
        'done = json.load(sys.stdin)["data"]["response"]["successful_bookings"]; '
        'print(next(iter(done.values()))["link"]["contract_uid"])'
    )
    read_access = 'import json,sys; print(json.load(sys.stdin)["access_token"])'
    pair = f"{demo.client_id}:{demo.client_secret}"
    json_type = "-H 'Content-Type: application/json'"
    ask = f"curl -s -u {pair} -d grant_type=client_credentials {api}/"
    book = f"curl -s -X PUT {channel} {json_type} -d '{body}' {api}/cmf/reservations/add"
    return [
        f"TOKEN=$({ask} | python3 -c '{read_access}')",
        f"curl -s {auth} {api}/properties/all",
        f"curl -s {channel} {api}/cmf/property/price/{property_id}/{arrival}/{last_night}/2",
        f"BOOKING=$({book} | python3 -c '{first_id}')",
        f"curl -s {channel} {api}/cmf/property/booking/{property_id}/$BOOKING",
    ]


def quote_line(url: str, example: Example) -> str:
    """A line that needs no key pair: the price of the worked example's stay."""
    arrival = timezone.now().date() + timedelta(days=DAYS_AHEAD)
    departure = arrival + timedelta(days=3)
    stay_request = {
        "property_uid": example.property_id,
        "arrival": arrival.isoformat(),
        "departure": departure.isoformat(),
        "rooms": [{"room_type_uid": DOUBLE, "adults": 2}, {"room_type_uid": TWIN, "adults": 1}],
        "extras": {str(extra): 1 for extra in example.extra_ids},
        "guest_token": example.guest_token,
    }
    return f"{POST} -d '{json.dumps(stay_request)}' {url}/bookyflow/api/booking/quote"


def booking_lines(url: str, demo: Demo) -> list[str]:
    """Six lines that need no key pair: quote a stay, hold it, book it, cancel it."""
    guest = {
        "firstname": "Lise",
        "surname": "Meitner",
        "email": GUEST.email,
        "tel_mobile": "+43 660 000000",
        "country": "AT",
        "region": "AT-9",
    }
    api = f"{url}/bookyflow/api/booking"

    def read(*keys: str) -> str:
        path = "".join(f'["{key}"]' for key in keys)
        return f"python3 -c 'import json,sys; print(json.load(sys.stdin){path})'"

    quote = '{\\"quote\\": \\"$QUOTE\\"}'
    confirm = json.dumps({"reference": "REFERENCE", "guest": guest}).replace('"', '\\"')
    confirm = confirm.replace("REFERENCE", "$REFERENCE")
    own = '-H "X-BOOKYFLOW-booking-token: $SECRET"'
    return [
        f"QUOTE=$({quote_line(url, demo.examples[0])} | {read('data', 'quote', 'quote')})",
        f'HELD=$({POST} -d "{quote}" {api}/hold)',
        f'REFERENCE=$(echo "$HELD" | {read("data", "hold", "reference")})',
        f'SECRET=$(echo "$HELD" | {read("data", "hold", "token")})',
        f'{POST} {own} -d "{confirm}" {api}/confirm',
        f"curl -s -X DELETE {own} {api}/$REFERENCE",
    ]


def _text(url: str, demo: Demo) -> str:
    logins = [f"  {login:13} {password}" for login, password in demo.logins.items()]
    properties = [f"  {pk:4} {name}" for name, pk in demo.properties.items()]
    return "\n".join(
        [
            "",
            "Properties",
            *properties,
            "",
            f"Documentation  {url}/bookyflow/docs/",
            f"API browser    {url}/bookyflow/api/docs",
            f"Administration {url}/admin/ (login: super)",
            "A first booking: script/first-booking, in another terminal",
            "",
            f"Open {url}/ and sign in",
            *logins,
            "",
            "Key pair of the manager",
            f"  client id      {demo.client_id}",
            f"  client secret  {demo.client_secret}",
            "",
        ]
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        facts = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _write(path: Path, facts: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(facts, file, indent=2)
        file.write("\n")
